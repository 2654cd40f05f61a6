// Exports calibration.yaml as JSON (RFC 8259) with the same keys and digits. Since JSON is also
// YAML, every command can read the result like calibration.yaml.

#include <nlohmann/json.hpp>

#include "io/artifacts.hpp"
#include "io/export_list.hpp"
#include "io/yaml_tree.hpp"

namespace calib {
namespace {

using Json = nlohmann::ordered_json;

// An unquoted scalar that is valid JSON is a number, true or false; all others are text.
Json scalar_json(const YamlItem& item) {
  if (item.quoted || !Json::accept(item.text)) return item.text;
  return Json::parse(item.text);
}

Json item_json(const YamlItem& item) {
  Json json;
  switch (item.kind) {
    case YamlItem::Kind::kNull:
      break;
    case YamlItem::Kind::kScalar:
      return scalar_json(item);
    case YamlItem::Kind::kList:
      json = Json::array();
      for (const YamlItem& child : item.children) json.push_back(item_json(child));
      break;
    case YamlItem::Kind::kMap:
      json = Json::object();
      for (const YamlItem& child : item.children) json[child.key] = item_json(child);
      break;
  }
  return json;
}

}  // namespace

std::vector<ExportedFile> export_json(const Calibration& calibration) {
  const auto document = parse_yaml(to_yaml(calibration), "calibration");
  return {{"calibration.json", item_json(document->root).dump(2) + "\n"}};
}

}  // namespace calib
