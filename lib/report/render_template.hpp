#pragma once
// Renders templates. Only this module uses the template library.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace calib {

/// Renders a Mustache template (mustache(5)): {{name}} is escaped for HTML, {{{name}}} is not. The
/// data consist of objects, lists, strings and booleans; the caller formats numbers as strings.
/// Throws Error for other data or an invalid template.
std::string render_template(std::string_view text, const nlohmann::ordered_json& data);

/// The text escaped for HTML like {{name}}.
std::string escape_html(const std::string& text);

}  // namespace calib
