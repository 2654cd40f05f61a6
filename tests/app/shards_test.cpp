// calib detect --shard and calib merge: the merged corners of several machines are those that one
// machine finds.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "app/command_line.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace {

namespace fs = std::filesystem;
using testing::calib_command;
using testing::expect_refused;
using testing::ok;
using testing::Outcome;

// The images of two cameras, and the corners that one machine finds in them.
class Shards : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    ok({"synth", "--cameras", "2", "--frames", "12", "--size", "640x480", "--composite", "1x2",
        "--board", "8x5", "--square", "40mm", "-o", at("synth")});
    ok({"crop", at("synth/composite"), "--layout", "1x2", "--names", "left,right", "-o",
        at("images")});
    ok({"detect", at("images"), "--board", "8x5", "--square", "40mm", "-o",
        at("observations.yaml")});
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string at(const std::string& name) { return (folder_->path() / name).string(); }

  static testing::TemporaryFolder* folder_;
};
testing::TemporaryFolder* Shards::folder_ = nullptr;

// Detects shard `text` of the images and writes it to `output`.
std::string detect_shard(const std::string& images, const std::string& text,
                         const std::string& output, const std::string& square = "40mm",
                         const std::string& detector = "fast") {
  const Outcome outcome =
      calib_command({"detect", images, "--board", "8x5", "--square", square, "--detector", detector,
                     "--shard", text, "-o", output, "--force"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  return output;
}

TEST_F(Shards, MergedShardsAreWhatOneDetectWrites) {
  for (const int count : {1, 3, 5, 20}) {  // of 12 frames: with 20, some shards are empty
    std::vector<std::string> merge = {"merge"};
    for (int k = count; k >= 1; --k) {
      const std::string shard = std::to_string(k) + "/" + std::to_string(count);
      merge.push_back(detect_shard(at("images"), shard, at("shard" + std::to_string(k) + ".yaml")));
    }
    merge.insert(merge.end(), {"-o", at("merged.yaml"), "--force"});
    ok(merge);
    EXPECT_EQ(read_file(at("merged.yaml")), read_file(at("observations.yaml"))) << count;
  }
  const Observations part = read_observations(at("shard2.yaml"));
  EXPECT_EQ(part.provenance.options.back(), (std::pair<std::string, std::string>("shard", "2/20")));
  EXPECT_EQ(part.views.size() + part.missing.size(),
            2u);  // the images of both cameras in one frame
}

TEST_F(Shards, ShardsOfBrokenImagesAreMergedToo) {
  fs::copy(at("images"), at("half"), fs::copy_options::recursive);
  fs::remove(at("half/dataset.yaml"));  // so that the image sizes are not known in advance
  for (const char* frame : {"0000", "0002", "0004"})
    write_file(at("half/left/" + std::string(frame) + ".png"), "no picture");
  ok({"detect", at("half"), "--board", "8x5", "--square", "40mm", "-o", at("half.yaml")});
  std::vector<std::string> merge = {"merge"};
  for (const char* k : {"1", "2", "3", "4", "5", "6"})
    merge.push_back(
        detect_shard(at("half"), std::string(k) + "/6", at("half" + std::string(k) + ".yaml")));
  merge.insert(merge.end(), {"-o", at("half_merged.yaml"), "--json"});
  const auto json = nlohmann::json::parse(ok(merge).out);
  EXPECT_EQ(json["shards"], 6);
  EXPECT_EQ(json["cameras"]["left"]["images"], 12);
  EXPECT_EQ(read_file(at("half_merged.yaml")), read_file(at("half.yaml")));
}

TEST_F(Shards, MergeSaysWhichShardDoesNotFit) {
  const std::string one = detect_shard(at("images"), "1/2", at("one of two.yaml"));
  const std::string two = detect_shard(at("images"), "2/2", at("two of two.yaml"));
  const auto refused = [&](std::vector<std::string> files, const std::vector<std::string>& parts) {
    files.insert(files.begin(), "merge");
    files.insert(files.end(), {"-o", at("refused.yaml")});
    expect_refused(files, 2, parts);
  };
  refused({one}, {"1 of 2 shards missing: 2/2", "--shard 2/2"});
  refused({one, two, one}, {"one of two.yaml: is shard 1/2, as", "leave one of them out"});
  refused({one, at("observations.yaml")}, {"observations.yaml: holds no shard", "--shard K/N"});
  refused({one, detect_shard(at("images"), "2/3", at("third.yaml"))},
          {"third.yaml: is shard 2/3, but", "is shard 1/2"});
  refused({one, detect_shard(at("images"), "2/2", at("sb.yaml"), "40mm", "sb")},
          {"sb.yaml: was made with detector 'sb', not 'fast'"});
  refused({one, detect_shard(at("images"), "2/2", at("wide.yaml"), "41mm")},
          {"wide.yaml: was made with square '0.041', not '0.04'"});
  refused({one, detect_shard(at("images/left"), "2/2", at("left.yaml"))},
          {"left.yaml: was made from other images", "as " + at("one of two.yaml") + " was"});
  refused({}, {"no shards were named"});
  for (const char* text : {"0/2", "3/2", "2", "1/2/3", "a/b", "-1/2"}) {
    expect_refused({"detect", at("images"), "--board", "8x5", "--square", "40mm", "--shard", text,
                    "-o", at("x.yaml")},
                   2, {"shard: found", "such as 2/4"});
  }
  Observations other = read_observations(two);
  other.cameras[1].image_size = {320, 240};
  other.cameras[1].crop.reset();
  std::erase_if(other.views, [](const View& view) { return view.camera == 1; });
  write_file(at("other.yaml"), to_yaml(other));
  Observations plain = read_observations(one);
  plain.cameras[1].crop.reset();
  write_file(at("plain.yaml"), to_yaml(plain));
  refused({one, at("other.yaml")}, {"other.yaml: has other cameras"});
  refused({at("plain.yaml"), at("other.yaml")},
          {"other.yaml: most images of camera 'right' are 320x240, but 640x480"});
}

TEST_F(Shards, AViewInTwoShardsIsNotMerged) {
  detect_shard(at("images"), "1/2", at("one.yaml"));
  detect_shard(at("images"), "2/2", at("two.yaml"));
  Observations two = read_observations(at("two.yaml"));
  two.views.front().frame = read_observations(at("one.yaml")).views.front().frame;
  write_file(at("two.yaml"), to_yaml(two));
  expect_refused({"merge", at("one.yaml"), at("two.yaml"), "-o", at("both.yaml")}, 2,
                 {"two.yaml: has camera 'left' frame ", "one.yaml has"});
}

TEST_F(Shards, SolvingFromAShardIsAWarning) {
  const std::string part = detect_shard(at("images"), "1/2", at("part.yaml"));
  EXPECT_THAT(ok({"intrinsics", part, "-o", at("part_intrinsics.yaml")}).err,
              ::testing::HasSubstr("part.yaml: contains only shard 1/2 of the images"));
}

TEST_F(Shards, TheOverlayOfAShardShowsItsFrames) {
  ok({"detect", at("images"), "--board", "8x5", "--square", "40mm", "--shard", "2/6", "-o",
      at("drawn.yaml"), "--overlay", at("drawn")});
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(at("drawn/left")))
    names.push_back(file.path().filename().string());
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("000001.jpg", "000007.jpg"));
}

TEST_F(Shards, AShardWithoutABoardIsNoErrorButTheWholeIs) {
  std::vector<std::string> merge = {"merge"};
  for (const char* k : {"1", "2"}) {
    const Outcome shard =
        ok({"detect", at("images"), "--board", "9x5", "--square", "40mm", "--shard",
            std::string(k) + "/2", "-o", at("wrong" + std::string(k) + ".yaml"), "--force"});
    merge.push_back(at("wrong" + std::string(k) + ".yaml"));
  }
  merge.insert(merge.end(), {"-o", at("merged_wrong.yaml")});
  expect_refused(merge, 1, {"the board is not 9x5", "use --board 8x5"});
  merge.clear();
  for (const char* k : {"1", "2"}) {
    Observations none = read_observations(at("wrong" + std::string(k) + ".yaml"));
    for (MissingView& missing : none.missing) missing.reason = "no_board";
    none.views.clear();
    write_file(at("none" + std::string(k) + ".yaml"), to_yaml(none));
  }
  expect_refused({"merge", at("none1.yaml"), at("none2.yaml"), "-o", at("merged_wrong.yaml")}, 1,
                 {"no 9x5 chessboard in any of"});
  EXPECT_FALSE(fs::exists(at("merged_wrong.yaml")));
}

TEST_F(Shards, ACameraWithoutAReadableImageIsNamed) {
  fs::create_directories(at("unreadable"));
  fs::copy(at("images/left"), at("unreadable/left"), fs::copy_options::recursive);
  for (const auto& file : fs::directory_iterator(at("images/right")))
    write_file(fs::path(at("unreadable/right")) / file.path().filename(), "no picture");
  ok({"detect", at("unreadable"), "--board", "8x5", "--square", "40mm", "-o",
      at("unreadable.yaml")});
  expect_refused({"intrinsics", at("unreadable.yaml"), "-o", at("x.yaml")}, 2,
                 {"camera 'right' has no image_size"});
}

}  // namespace
}  // namespace calib
