// Prints all results of lib/corner for some images exactly. They must not depend on the generation
// of the processor (see base/wide_vectors.hpp).

#include <cstdio>
#include <iterator>

#include "corner/draw_saddle.hpp"
#include "corner/find_saddles.hpp"
#include "corner/pyramid.hpp"
#include "corner/refine_saddle.hpp"

using namespace calib;

int main() {
  FitScratch fit_scratch;
  for (int seed = 0; seed < 50; ++seed) {
    const auto turn = static_cast<float>(0.06 * seed);
    const SaddleModel model{50.4f, 50.7f, {turn, turn + 1.2f}, 0.6f + 0.03f * turn, 120, 60};
    const auto picture = testing::draw(101, 103, model, 3, seed);
    Pyramid pyramid;
    pyramid.reset(picture.view());
    for (int level = 0; level < 2; ++level) {
      ResponseMap map;
      compute_response(pyramid.level(level), map);
      SaddleScratch scratch;
      std::vector<Saddle> saddles;
      find_saddles(map, {}, scratch, saddles);
      for (const Saddle& s : saddles)
        std::printf("%a %a %a %a %a %a\n", s.x, s.y, s.dx[0], s.dy[1], s.amplitude, s.response);
    }
    SaddleFit fit;
    if (fit_saddle(picture.view(), model, 12, 4, fit_scratch, fit))
      std::printf("%a %a %a %a %a\n", fit.model.x, fit.model.y, fit.model.blur, fit.sigma_px,
                  fit.residual_rms);
    std::printf("%a\n", estimate_noise(picture.view()));
  }
}
