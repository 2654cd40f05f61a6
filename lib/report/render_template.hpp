#pragma once
// A page from a template and its data: the only place that knows the template library.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace calib {

/// A mustache template (mustache(5)) filled in: {{name}} is escaped for HTML, {{{name}}} is not.
/// The data hold objects, lists, texts and truth values; numbers are written as text beforehand,
/// where their digits are known.
std::string render_template(std::string_view text, const nlohmann::ordered_json& data);

/// The same escaping, for text that is put into markup by hand.
std::string escape_html(const std::string& text);

}  // namespace calib
