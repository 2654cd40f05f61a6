#include "report/render_template.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/error_text.hpp"

namespace calib::testing {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;

TEST(RenderTemplate, EscapesUnlessTold) {
  const ordered_json data = {{"name", "<é&\"'>"}};
  EXPECT_EQ(render_template("{{name}} {{{name}}}", data), "&lt;é&amp;&quot;&apos;&gt; <é&\"'>");
}

TEST(RenderTemplate, RepeatsListsAndLeavesOutWhatIsFalse) {
  const ordered_json data = {{"list", {"a", "b"}}, {"none", false}, {"inner", {{"x", "y"}}}};
  EXPECT_EQ(render_template("{{#list}}<{{.}}>{{/list}}{{^none}}!{{/none}}{{inner.x}}", data),
            "<a><b>!y");
}

TEST(RenderTemplate, RefusesNumbersAndBrokenTemplates) {
  EXPECT_THAT(error_text([] { render_template("", {{"n", 1}}); }), HasSubstr("texts"));
  EXPECT_THAT(error_text([] { render_template("{{#a}}", {{"a", "b"}}); }), HasSubstr("broken"));
}

}  // namespace
}  // namespace calib::testing
