#include "report/residual_table.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace calib {
namespace {

double weight(const Residual& residual) {
  return residual.sigma_px > 0 ? 1 / (residual.sigma_px * residual.sigma_px) : 1;
}

}  // namespace

std::string residuals_csv(const Observations& observations,
                          const std::vector<Residual>& residuals) {
  std::string text = "camera,frame,corner,px,py,rx,ry,weight,rejected\n";
  for (const Residual& r : residuals) {
    text += fmt::format("{},{},{},{},{},{},{},{},{}\n",
                        csv_field(observations.cameras[static_cast<std::size_t>(r.camera)].name),
                        r.frame, r.corner, to_text(r.pixel.x()), to_text(r.pixel.y()),
                        to_text(r.error.x()), to_text(r.error.y()), to_text(weight(r)),
                        r.rejected ? 1 : 0);
  }
  return text;
}

std::string residuals_json(const Observations& observations,
                           const std::vector<Residual>& residuals) {
  std::string text = "[";
  for (const Residual& r : residuals) {
    const nlohmann::ordered_json entry = {
        {"camera", observations.cameras[static_cast<std::size_t>(r.camera)].name},
        {"frame", r.frame},
        {"corner", r.corner},
        {"px", r.pixel.x()},
        {"py", r.pixel.y()},
        {"rx", r.error.x()},
        {"ry", r.error.y()},
        {"weight", weight(r)},
        {"rejected", r.rejected}};
    text += (text.size() > 1 ? ",\n" : "\n") + entry.dump();
  }
  return text + "\n]\n";
}

}  // namespace calib
