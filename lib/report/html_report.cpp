#include "report/html_report.hpp"

#include <nlohmann/json.hpp>

#include "base/base64.hpp"
#include "report/html_charts.hpp"
#include "report/html_tables.hpp"
#include "report/render_template.hpp"
#include "report/templates.hpp"
#include "report/view_explorer.hpp"

namespace calib {
namespace {

using nlohmann::ordered_json;

// As written in templates/report.html.mustache.
constexpr std::string_view kHashBefore = "<meta name=\"calib-inputs\" content=\"",
                           kHashAfter = "\">";

ordered_json preview_data(const PreviewPictures& previews) {
  ordered_json data = {{"asked", previews.asked},
                       {"pictures", ordered_json::array()},
                       {"missing", previews.missing}};
  for (const PreviewPicture& picture : previews.pictures) {
    data["pictures"].push_back({{"pair", picture.pair},
                                {"frame", std::to_string(picture.frame)},
                                {"aligned", picture.vertical ? "columns" : "rows"},
                                {"width", std::to_string(picture.width)},
                                {"height", std::to_string(picture.height)},
                                {"base64", to_base64(picture.jpeg)}});
  }
  return data;
}

}  // namespace

std::string html_report(const HtmlReport& report) {
  const auto& [observations, calibration, evaluation, previews, inputs_hash, filmed] = report;
  const std::vector<Residual> all = all_residuals(observations, calibration);
  std::vector<Residual> residuals = all;
  std::erase_if(residuals, [](const Residual& residual) { return residual.rejected; });
  const std::vector<FrameChart> charts = view_charts(observations, evaluation);
  const std::string explorer = view_explorer_json(observations, calibration, all, charts,
                                                  common_enlargement(observations, evaluation));
  const ordered_json data = {{"style", kReportStyle},
                             {"script", std::string(kRigScript) + std::string(kViewScript)},
                             {"inputs_hash", inputs_hash},
                             {"summary", summary_data(observations, calibration)},
                             {"verdict", verdict_data(calibration, evaluation.checks)},
                             {"cameras", cameras_data(calibration, evaluation)},
                             {"coverage", coverage_data(observations, evaluation)},
                             {"residuals", residuals_data(observations, evaluation, residuals)},
                             {"views", views_data(observations, evaluation, charts)},
                             {"explorer", explorer},
                             {"choice", choice_data(observations)},
                             {"clocks", clocks_data(calibration, filmed ? *filmed : observations)},
                             {"uncertainty", uncertainty_data(calibration)},
                             {"rows", rows_data(evaluation)},
                             {"lengths", lengths_data(evaluation)},
                             {"rectified", preview_data(previews)},
                             {"rig", rig_data(calibration)},
                             {"rejected", rejected_data(calibration)},
                             {"missing", missing_data(observations)},
                             {"next_shots", evaluation.next_shots},
                             {"provenance", provenance_data(observations, calibration)}};
  return render_template(kReportHtml, data);
}

std::string inputs_hash_of(const std::string& html) {
  const std::size_t before = html.find(kHashBefore);
  if (before == std::string::npos) return "";
  const std::size_t begin = before + kHashBefore.size();
  const std::size_t end = html.find(kHashAfter, begin);
  return end == std::string::npos ? "" : html.substr(begin, end - begin);
}

}  // namespace calib
