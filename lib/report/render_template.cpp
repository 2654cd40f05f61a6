#include "report/render_template.hpp"

#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

#include "base/errors.hpp"

namespace calib {
namespace {

namespace mustache = kainjow::mustache;
using nlohmann::ordered_json;

mustache::data to_mustache(const ordered_json& json) {
  if (json.is_string()) return mustache::data(json.get_ref<const std::string&>());
  if (json.is_boolean()) return mustache::data(json.get<bool>());
  if (json.is_array()) {
    mustache::data list(mustache::data::type::list);
    for (const ordered_json& item : json) list.push_back(to_mustache(item));
    return list;
  }
  require(json.is_object(), "a template can only use objects, lists, texts and truth values");
  mustache::data object;
  for (const auto& [key, value] : json.items()) object.set(key, to_mustache(value));
  return object;
}

}  // namespace

std::string render_template(std::string_view text, const ordered_json& data) {
  mustache::mustache page{std::string(text)};
  require(page.is_valid(), "the template is broken: " + page.error_message());
  return page.render(to_mustache(data));
}

std::string escape_html(const std::string& text) { return mustache::html_escape(text); }

}  // namespace calib
