#pragma once
// The files of report/templates, which cmake/embed_texts.cmake builds into the program.

#include <string_view>

namespace calib {

extern const std::string_view kReportHtml;   ///< report.html.mustache
extern const std::string_view kReportStyle;  ///< report.css
extern const std::string_view kRigScript;    ///< rig.js
extern const std::string_view kViewScript;   ///< view.js

}  // namespace calib
