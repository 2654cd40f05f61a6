#include "image/layout.hpp"

#include <gmock/gmock.h>

#include "support/error_text.hpp"

namespace calib {
namespace {

using calib::testing::error_text;
using ::testing::HasSubstr;

std::vector<std::string> names_of(const std::vector<Tile>& tiles) {
  std::vector<std::string> names;
  for (const Tile& tile : tiles) names.push_back(tile.camera);
  return names;
}

TEST(GridTiles, TwoByTwoIsNamedRowByRow) {
  const auto tiles = grid_tiles("2x2", {200, 100}, {"a", "b", "c", "d"});
  EXPECT_THAT(names_of(tiles), ::testing::ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(tiles[0].place, (CropInfo{200, 100, 0, 0, 100, 50}));
  EXPECT_EQ(tiles[1].place, (CropInfo{200, 100, 100, 0, 100, 50}));
  EXPECT_EQ(tiles[2].place, (CropInfo{200, 100, 0, 50, 100, 50}));
  EXPECT_EQ(tiles[3].place, (CropInfo{200, 100, 100, 50, 100, 50}));
}

TEST(GridTiles, OneByFourIsOneRowAndFourByOneIsOneColumn) {
  const auto row = grid_tiles("1x4", {400, 30}, {});
  EXPECT_THAT(names_of(row), ::testing::ElementsAre("cam0", "cam1", "cam2", "cam3"));
  EXPECT_EQ(row[3].place, (CropInfo{400, 30, 300, 0, 100, 30}));
  const auto column = grid_tiles("4x1", {30, 400}, {});
  EXPECT_EQ(column[3].place, (CropInfo{30, 400, 0, 300, 30, 100}));
}

TEST(GridTiles, UnevenDivisionIsRefusedWithASuggestion) {
  EXPECT_EQ(error_text([] {
              grid_tiles("2x3", {1280, 720}, {});
            }),
            "layout 2x3: a frame width of 1280 px does not divide into 3 columns; 1278 or 1281 "
            "would. Give the rectangles with --roi NAME=X,Y,W,H instead");
  EXPECT_THAT(error_text([] {
                grid_tiles("2x1", {1280, 721}, {});
              }),
              HasSubstr("a frame height of 721 px does not divide into 2 rows; 720 or 722 would"));
  EXPECT_THAT(error_text([] { grid_tiles("1x9", {4, 4}, {}); }), HasSubstr("columns; 9 would"));
}

TEST(GridTiles, LayoutAndNamesAreChecked) {
  EXPECT_THAT(error_text([] {
                grid_tiles("2by2", {4, 4}, {});
              }),
              HasSubstr("--layout (rows x columns, such as 2x2): found '2by2'"));
  EXPECT_EQ(error_text([] {
              grid_tiles("2x2", {4, 4}, {"a", "b", "c"});
            }),
            "layout 2x2 has 4 tiles, found 3 names: a,b,c");
  EXPECT_THAT(error_text([] {
                grid_tiles("1x2", {4, 4}, {"a", "a"});
              }),
              HasSubstr("camera name 'a' is used twice"));
  for (const char* name : {"", "../a", "a/b", ".hidden", "a=b"}) {
    EXPECT_THAT(error_text([&] {
                  grid_tiles("1x2", {4, 4}, {"ok", name});
                }),
                HasSubstr("is not a valid camera name"))
        << name;
  }
}

TEST(RoiTiles, RectanglesMayLieAnywhereInTheFrame) {
  const auto tiles = roi_tiles({"left=0,10,60,40", "right=50,0,50,50"}, {100, 50});
  EXPECT_THAT(names_of(tiles), ::testing::ElementsAre("left", "right"));
  EXPECT_EQ(tiles[0].place, (CropInfo{100, 50, 0, 10, 60, 40}));
  EXPECT_EQ(tiles[1].place, (CropInfo{100, 50, 50, 0, 50, 50}));
}

TEST(RoiTiles, RectanglesBeyondTheFrameAreRefused) {
  EXPECT_EQ(error_text([] {
              roi_tiles({"a=50,0,51,50"}, {100, 50});
            }),
            "roi a=50,0,51,50: extends to 101,50, beyond the frame of 100x50");
}

TEST(RoiTiles, TextIsChecked) {
  for (const char* roi : {"0,0,1,1", "a=0,0,1", "a=0,0,0,1", "a=-1,0,1,1", "a=0,0,1,x",
                          "a=0,0,1,1,1", "a=0,0,99999999999999999999,1"}) {
    EXPECT_THAT(error_text([&] {
                  roi_tiles({roi}, {100, 50});
                }),
                HasSubstr("expected NAME=X,Y,W,H"))
        << roi;
  }
  EXPECT_THAT(error_text([] {
                roi_tiles({"a=0,0,1,1", "a=1,1,1,1"}, {9, 9});
              }),
              HasSubstr("'a' is used twice"));
  EXPECT_THAT(error_text([] {
                roi_tiles({"=0,0,1,1"}, {9, 9});
              }),
              HasSubstr("is not a valid camera name"));
}

}  // namespace
}  // namespace calib
