#include "io/image_list.hpp"

#include <gmock/gmock.h>

#include "io/text_file.hpp"
#include "support/camera_images.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace image_list_test {

namespace fs = std::filesystem;
using calib::testing::error_text;
using calib::testing::frames_of;
using calib::testing::paths_of;
using calib::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ImageList : public ::testing::Test {
 protected:
  fs::path root() const { return folder_.path(); }

  // Writes a list with this name and text, and empty images beside it.
  Dataset read(const std::string& name, const std::string& text) const {
    testing::write_quickly(root() / name, text);
    return read_image_list(root() / name);
  }
  void images(const std::vector<std::string>& names) const {
    for (const std::string& name : names) {
      fs::create_directories((root() / name).parent_path());
      testing::write_quickly(root() / name, "");
    }
  }
  std::string failure(const std::string& name, const std::string& text) const {
    return error_text([&] { read(name, text); });
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(ImageList, IsReadInXmlAndYaml) {
  images({"pics/left01.jpg"});
  const std::string yaml =
      "%YAML:1.0\n---\nimages:\n   - \"pics/left01.jpg\"\n   - \"pics/right01.jpg\"\n"
      "   - \"pics/left03.jpg\"\n   - pics/right03.jpg\n";
  const std::string xml =
      "<?xml version=\"1.0\"?>\n<opencv_storage>\n<!-- <a> -->\n<imagelist>\n\"pics/left01.jpg\"\n"
      "pics/right01.jpg\n\"pics/left03.jpg\"\n\"pics/right03.jpg\"\n</imagelist>\n"
      "<others>a.jpg b.jpg</others>\n</opencv_storage>\n";
  const std::string elements =
      "<opencv_storage><imagelist><_>pics/left01.jpg</_><_>pics/right01.jpg</_>"
      "<_>pics/left03.jpg</_><_>\"pics/right03.jpg\"</_></imagelist></opencv_storage>";
  for (const auto& [name, text] : {std::pair("list.yml", yaml), std::pair("list.xml", xml),
                                   std::pair("short.xml", elements)}) {
    const Dataset dataset = read(name, text);
    EXPECT_EQ(dataset.root, root());
    ASSERT_EQ(dataset.cameras.size(), 2);
    EXPECT_EQ(dataset.cameras[0].name, "left");
    EXPECT_EQ(dataset.cameras[1].name, "right");
    EXPECT_THAT(frames_of(dataset.cameras[0]), ElementsAre(1, 3));
    EXPECT_THAT(paths_of(dataset.cameras[1]), ElementsAre("pics/right01.jpg", "pics/right03.jpg"));
  }
}

TEST_F(ImageList, MayHaveOddNames) {
  images({"a b&1.png"});
  const Dataset dataset = read("list.xml",
                               "<opencv_storage><l>\"a b&amp;1.png\" \"c&lt;&amp;lt;d 1.png\"</l>"
                               "</opencv_storage>");
  EXPECT_THAT(paths_of(dataset.cameras[0]), ElementsAre("a b&1.png"));
  EXPECT_THAT(paths_of(dataset.cameras[1]), ElementsAre("c<&lt;d 1.png"));
}

TEST_F(ImageList, PairsHoldWhereTheNumbersDisagree) {
  images({"l5.png"});
  const Dataset dataset =
      read("list.yml", "%YAML:1.0\n---\nimages: [ l5.png, r1.png, l7.png, r2.png ]\n");
  EXPECT_THAT(frames_of(dataset.cameras[0]), ElementsAre(0, 1));
  EXPECT_THAT(paths_of(dataset.cameras[1]), ElementsAre("r1.png", "r2.png"));
}

TEST_F(ImageList, SaysWhatIsWrongWithIt) {
  images({"a1.png", "a2.png"});
  const char* not_a_list = "not an OpenCV image list; expected a sequence of image names";
  for (const char* text :
       {"<?xml version=", "<opencv_storage><a>a1.png b1.png", "<!--",
        "<opencv_storage><a>a1.png b\x01.png</a></opencv_storage>", "<a>1 2</a>"})
    EXPECT_THAT(failure("text.xml", text), HasSubstr("text.xml:1:"));
  for (const char* text : {"hello", "a: 1", "<opencv_storage><a>1</a></opencv_storage>", ""})
    EXPECT_THAT(failure("text.xml", text), HasSubstr(std::string("text.xml: ") + not_a_list));
  EXPECT_THAT(failure("odd.yml", "images: [ a1.png, b1.png, a2.png ]\n"),
              HasSubstr("found 3 names, expected pairs"));
  EXPECT_THAT(failure("mono.yml", "images: [ a1.png, a2.png ]\n"),
              HasSubstr("look like the images of one camera"));
  EXPECT_THAT(failure("gone.yml", "images: [ l1.png, r1.png ]\n"),
              HasSubstr("none of its 2 images exists"));
  EXPECT_THAT(failure("maps.yml", "images:\n  - {a: 1}\n"), HasSubstr("maps.yml:2:5: "));
}

TEST_F(ImageList, MayNotBeDeep) {
  std::string dashes = "images:\n  ", elements = "<opencv_storage>";
  for (int i = 0; i < 1'000'000; ++i) dashes += "- ";
  for (int i = 0; i < 1'000'000; ++i) elements += "<_>";
  EXPECT_THAT(failure("deep.yml", "images: " + std::string(1'000'000, '[')),
              HasSubstr("deep.yml:"));
  EXPECT_THAT(failure("dashes.yml", dashes + "a\n"), HasSubstr("dashes.yml:"));
  EXPECT_THAT(failure("deep.xml", elements + "a\n"), HasSubstr("deep.xml:1:"));
}

}  // namespace image_list_test
}  // namespace calib
