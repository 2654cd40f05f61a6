#include "report/html_report.hpp"

#include <gmock/gmock.h>

#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const kSections[] = {"verdict",     "cameras", "coverage",  "residuals", "views",
                                 "uncertainty", "rows",    "lengths",   "rectified", "rig",
                                 "rejected",    "next",    "provenance"};

// A rig with a verdict, and the page about it.
struct Page {
  World world;
  Evaluation evaluation;
  PreviewPictures previews;

  explicit Page(int cameras = 2, int frames = 15)
      : world(make_world(small_rig(cameras, frames), kBoard, 0.05)) {
    for (Camera& camera : world.truth.cameras) camera.views = frames;
  }
  std::string html() {
    evaluation = evaluate(world.observations, world.truth);
    evaluation.checks = judge(world.observations, evaluation, world.truth);
    return html_report({world.observations, world.truth, evaluation, previews, "abc123"});
  }
};

ProjectionUncertainty even_uncertainty(double near_px) {
  const std::size_t cells = ProjectionUncertainty::kColumns * ProjectionUncertainty::kRows;
  return {1.5, std::vector<double>(cells, near_px), std::vector<double>(cells, 2 * near_px)};
}

void expect_every_section(const std::string& html) {
  std::size_t at = 0;
  for (const char* section : kSections) {
    const std::size_t found = html.find("<section id=\"" + std::string(section) + "\">", at);
    ASSERT_NE(found, std::string::npos) << section << " is missing, or not in its place";
    at = found;
  }
}

TEST(HtmlReport, HasEverySectionInOrder) {
  Page page;
  page.world.truth.cameras[0].uncertainty = even_uncertainty(0.25);
  page.world.truth.rejected = {{"cam0", 1, std::nullopt, "does not belong"},
                               {"cam0", 2, 7, "0.31 px off"},
                               {"cam0", 3, 8, "0.42 px off"}};
  page.previews = {{{"cam0-cam1", 4, false, 100, 50, "foobar"}}, {}, true};
  const std::string html = page.html();
  expect_every_section(html);
  EXPECT_THAT(html, AllOf(HasSubstr("class=\"grade good\">good"), HasSubstr("cam0-cam1"),
                          HasSubstr("at the boards&apos; distance (1.50 m)"), HasSubstr(">0.25<"),
                          HasSubstr("src=\"data:image/jpeg;base64,Zm9vYmFy\"")));
  EXPECT_THAT(html, HasSubstr("<td>2 corners</td><td class=\"text\">… px off"));
  EXPECT_THAT(html, HasSubstr("frame 3, corner 8: 0.42 px off"));
}

TEST(HtmlReport, ShowsEveryCheckBesideItsLimits) {
  const std::string html = Page().html();
  EXPECT_THAT(html, AllOf(HasSubstr("<th>row error of a pair, mean</th>"),
                          HasSubstr("<td>≤ 0.3 px</td><td>≤ 1 px</td><td><b class=\"good\">good"),
                          HasSubstr("<td>≥ 60 %</td><td>≥ 30 %</td>")));
}

TEST(HtmlReport, ShowsTheChecksThatFailFirstAndOfTheWorstCamera) {
  Page page;
  page.world.truth.cameras[1].views = 3;
  const std::string html = page.html();
  const std::size_t table = html.find("class=\"checks\""),
                    failed = html.find("views of a camera", table);
  EXPECT_LT(failed, html.find("row error of a pair, mean", table));
  EXPECT_THAT(html.substr(failed, 200),
              AllOf(HasSubstr("3 views<small>cam1"), HasSubstr("usable")));
}

TEST(HtmlReport, SaysThatOnlySomeViewsOfALongRecordingCanBeLookedAt) {
  EXPECT_THAT(Page(2, 10).html(), HasSubstr("\"shown\":20,\"views\":20"));
  const std::string html = Page(4, 800).html();
  EXPECT_THAT(html, AllOf(HasSubstr("\"views\":3200"), Not(HasSubstr("\"shown\":3200"))));
  EXPECT_LT(html.size(), 3'500'000u);
}

TEST(HtmlReport, NeedsNothingBesidesItself) {
  Page page(4);
  page.previews.asked = true;
  const std::string html = page.html();
  for (const char* outside : {"http://", "https://", "<link", "src=\"/", "@import", "url("})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
}

TEST(HtmlReport, EscapesWhatPeopleName) {
  Page page;
  const std::string name = "<b>&\"'é</script>";
  page.world.observations.cameras[0].name = page.world.truth.cameras[0].name = name;
  page.world.truth.reference_camera = name;
  page.world.truth.rejected = {{name, 1, 3, "<i>"}};
  page.world.truth.provenance.options = {{"pair", "it's <here>"}};
  const std::string html = page.html();
  EXPECT_THAT(html, AllOf(Not(HasSubstr("<b>")), Not(HasSubstr("<i>")), Not(HasSubstr("<here>"))));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;&amp;&quot;&apos;é&lt;/script&gt;"));
}

TEST(HtmlReport, SaysWhatItWasMadeFrom) {
  Page page;
  page.world.observations.provenance = {"0123", {{"board", "8x5"}, {"square", "0.04"}}};
  page.world.truth.provenance = {"4567",
                                 {{"reference", ""}, {"fix_intrinsics", "true"}, {"reject", "5"}}};
  const std::string html = page.html();
  EXPECT_EQ(inputs_hash_of(html), "abc123");
  EXPECT_EQ(inputs_hash_of("another page"), "");
  EXPECT_THAT(html,
              AllOf(HasSubstr("calib detect IMAGES --board 8x5 --square 0.04 -o observations.yaml"),
                    HasSubstr("--calibration intrinsics.yaml --fix-intrinsics --reject 5 -o "),
                    HasSubstr("4567")));
}

TEST(HtmlReport, OfOneCameraWithoutPosesSaysWhatIsNotKnown) {
  Page page;
  std::erase_if(page.world.observations.views, [](const View& view) { return view.camera == 1; });
  page.world.observations.cameras.resize(1);
  page.world.truth.cameras.resize(1);
  page.world.truth.cameras[0].T_cam_rig.reset();
  page.world.truth.frames.clear();
  const std::string html = page.html();
  expect_every_section(html);
  EXPECT_THAT(html, AllOf(HasSubstr("no camera has a pose"), HasSubstr("there are no residuals"),
                          HasSubstr("holds no predicted uncertainty"),
                          HasSubstr("every corner that was found was used"),
                          HasSubstr("give the cameras' images with --images"),
                          HasSubstr("calib intrinsics observations.yaml")));
  EXPECT_THAT(html, AllOf(Not(HasSubstr("\"nan")), Not(HasSubstr(">nan"))));
}

TEST(HtmlReport, OfACameraWithoutViewsAndALensIsMade) {
  Page page;
  std::erase_if(page.world.observations.views, [](const View& view) { return view.camera == 1; });
  page.world.truth.cameras[1].intrinsics.reset();
  page.world.truth.cameras[1].T_cam_rig.reset();
  page.world.observations.missing = {{1, 3, "cam1/3.png", "no_board"},
                                     {1, 4, "cam1/4.png", "no_board"}};
  const std::string html = page.html();
  expect_every_section(html);
  EXPECT_THAT(html, HasSubstr("<td>2 images</td><td class=\"text\">no board"));
}

TEST(HtmlReport, StaysSmallForManyViewsAndSaysThatItWasThinned) {
  Page page(4, 400);
  const std::string html = page.html();
  EXPECT_LT(html.size(), 3'000'000u);
  EXPECT_THAT(html, HasSubstr("corners drawn, evenly spread"));
}

TEST(HtmlReport, DrawsTheClocksOfCamerasThatAreNotInStep) {
  Page page;
  EXPECT_THAT(page.html(), Not(HasSubstr("id=\"clocks\"")));
  page.world.truth.cameras[0].time = CameraTime{};
  page.world.truth.cameras[1].time = CameraTime{0.011, 1, 0, {}, {{8, 2, 1 / 15.0}}};
  const std::string html = page.html();
  EXPECT_THAT(html, AllOf(HasSubstr("id=\"clocks\""), HasSubstr("Time offset +11.000 ms"),
                          HasSubstr("+2 frames from frame 8 on"), HasSubstr(">11 ms<"),
                          HasSubstr(">77.667 ms<")));
}

}  // namespace
}  // namespace calib::testing
