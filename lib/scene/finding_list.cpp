// THE LIST of findings: for each code its name in files, the stage that returns it, the names of
// its numbers and words, and its sentences. In a sentence {camera} is the first camera, {cameras}
// all of them, {frame} the frame, and a number or word stands under its own name.

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "scene/finding.hpp"

namespace calib {
namespace {

struct FindingType {
  FindingCode code;
  const char* name;
  FindingSource source;
  std::vector<const char*> numbers, words;
  const char* message;
  const char* remedy;
};

const std::vector<const char*> kShapeNumbers = {
    "bow_x_mm",          "bow_x_std_mm", "bow_y_mm",          "bow_y_std_mm",
    "twist_mm",          "twist_std_mm", "stretch_y_percent", "stretch_y_std_percent",
    "rms_change_percent"};

// NOLINTNEXTLINE(readability-function-size): a table
const std::vector<FindingType>& finding_list() {
  using enum FindingCode;
  using enum FindingSource;
  static const std::vector<FindingType> list = {
      {kCamerasNotConnected,
       "cameras_not_connected",
       kSolve,
       {"group_count"},
       {"groups"},
       "the cameras fall into {group_count:.0f} groups that never see the board in the same frame "
       "(where both views can be used): {groups}; only the first group is solved",
       "film the board where cameras of both groups see it, and check with `calib detect "
       "--dry-run` that frames are paired"},
      {kCameraUnrelated,
       "camera_unrelated",
       kSolve,
       {"agreeing", "common"},
       {},
       "{camera}: it sees the board elsewhere than the other cameras do in nearly all frames (it "
       "agrees with the camera that suits it best in {agreeing:.0f} of {common:.0f}), so that it "
       "is "
       "left out of the rig",
       "look for pictures of another recording or of other moments, and for a camera that was "
       "moved between the shots"},
      {kReferenceReplaced,
       "reference_replaced",
       kSolve,
       {},
       {"asked"},
       "{asked} cannot be the reference camera, because its own views do not place it; {camera} is "
       "the reference camera",
       ""},
      {kBoardAmbiguityResolved,
       "board_ambiguity_resolved",
       kSolve,
       {"renumbered", "views"},
       {"size", "better_size"},
       "a board of {size} looks the same after a half turn (and after a quarter turn if it is "
       "square); the consensus of the cameras renumbered "
       "{renumbered:.0f} of {views:.0f} views (a board with one even and one odd count, such as "
       "{better_size}, avoids the question)",
       ""},
      {kLensUndetermined, "lens_undetermined", kSolve, {}, {"problem"}, "{camera}: {problem}", ""},
      {kLensFromResection,
       "lens_from_resection",
       kSolve,
       {"boards"},
       {},
       "{camera}: its lens is found from {boards:.0f} boards that the other cameras have located, "
       "because its own views do not determine it",
       ""},
      {kBoardNotFlat,
       "board_not_flat",
       kSolve,
       kShapeNumbers,
       {},
       "the board does not look flat and square: {shape}; with this shape the residuals would fall "
       "by {rms_change_percent:.0f} %",
       "check the print and glue it onto something stiff, or leave out --exact-board"},
      {kBoardShapeEstimated,
       "board_shape_estimated",
       kSolve,
       kShapeNumbers,
       {},
       "the board's shape is estimated: {shape}",
       ""},
      {kBoardShapeUndetermined,
       "board_shape_undetermined",
       kSolve,
       {},
       {},
       "the views do not determine the board's shape; it is taken to be flat",
       "film the board tilted in several directions"},
      {kBoardStretchUndetermined,
       "board_stretch_undetermined",
       kSolve,
       {"stretch_y_std_percent"},
       {},
       "the views cannot tell squares that are not quite square from the ratio of fx and fy: the "
       "standard deviations allow for prints that are {stretch_y_std_percent:.1f} % off",
       "film the board turned by 90 degrees in the picture too, or pass --exact-board if its "
       "squares "
       "are known to be square"},
      {kBoardPosition,
       "board_position",
       kSolve,
       {"board", "from_board", "distance_mm", "turn_deg"},
       {"name", "from"},
       "{name} stands {distance_mm:.2f} mm from {from}, turned by {turn_deg:.2f} degrees",
       ""},
      {kBoardShapesNotEstimated,
       "board_shapes_not_estimated",
       kSolve,
       {},
       {},
       "each of several boards is taken to be flat: their shapes are not estimated",
       ""},
      {kBoardUnseen,
       "board_unseen",
       kSolve,
       {"board"},
       {"name"},
       "board {board:.0f} ({name}) is in no picture that can be used",
       "film it, or leave it out of the target file"},
      {kBoardsNotConnected,
       "boards_not_connected",
       kSolve,
       {},
       {"solved", "left_out"},
       "nothing connects {solved} to {left_out}: no picture shows one of each, nor do two cameras "
       "that have seen the same board at another frame; only {solved} are solved",
       "film one of each in one picture"},
      {kBoardInconsistent,
       "board_inconsistent",
       kSolve,
       {"board", "left_out_percent"},
       {"name"},
       "board {board:.0f} ({name}) does not stay in one place beside the others: "
       "{left_out_percent:.0f} % of its corners do not fit and are left out",
       "check that it did not move, and that no second one like it is in the room"},
      {kTagsRepeated,
       "tags_repeated",
       kSolve,
       {"images"},
       {"name"},
       "{name} is seen more than once in {images:.0f} pictures, and is left out of these",
       "cover one of the two, or print it with another number"},
      {kDistanceFound,
       "distance_found",
       kSolve,
       {"found_mm", "length_mm", "sigma_mm", "error_mm"},
       {"from", "to"},
       "from {from} to {to} there are {found_mm:.2f} mm, {error_mm:+.2f} mm beside the measured "
       "{length_mm:.2f} mm (+- {sigma_mm:.2f} mm)",
       ""},
      {kDistanceDisagrees,
       "distance_disagrees",
       kSolve,
       {"found_mm", "length_mm", "sigma_mm", "sigmas", "factor"},
       {"from", "to", "advice"},
       "from {from} to {to} there are {found_mm:.2f} mm by the sizes of the boards, but "
       "{length_mm:.2f} mm (+- {sigma_mm:.2f} mm) were measured, {factor:.4f} times as much; the "
       "measured distance is not used",
       "{advice}"},
      {kBoardTwoFaces,
       "board_two_faces",
       kSolve,
       {"back_views", "views", "thickness_mm", "turn_deg"},
       {},
       "the board carries the same print on both faces: {back_views:.0f} of {views:.0f} views show "
       "the other face, which lies {thickness_mm:.2f} mm behind and is turned by {turn_deg:.2f} "
       "degrees",
       ""},
      {kBoardFacesUnclear,
       "board_faces_unclear",
       kSolve,
       {"disagreeing", "explained"},
       {},
       "in {disagreeing:.0f} pairs of views the cameras do not agree on where the board is, and "
       "{explained:.0f} of these would fit a board with the same print on both faces",
       "if the board is printed on both faces, pass --back same; otherwise look for cameras that "
       "moved or are not synchronized"},
      {kErrorsRepeat,
       "errors_repeat",
       kSolve,
       {"frames", "independent"},
       {},
       "corner errors repeat from frame to frame: the {frames:.0f} frames count as about "
       "{independent:.0f} independent ones in the standard deviations",
       ""},
      {kLensesDisagree,
       "lenses_disagree",
       kSolve,
       {"change_percent", "sigmas"},
       {},
       "{camera}: solved together with the other cameras, its focal length would differ by "
       "{change_percent:+.2f} % ({sigmas:.0f} standard deviations) from that of its own views; the "
       "lens from its own views is kept",
       "look for cameras that are not synchronized, a camera that moved, or pictures of another "
       "camera"},
      {kGivenLensDisagrees,
       "given_lens_disagrees",
       kSolve,
       {"change_percent", "shift_px", "sigmas"},
       {},
       "{camera}: the given lens does not fit these views: its focal length comes out "
       "{change_percent:+.2f} % and its principal point {shift_px:.1f} px from the given ones "
       "({sigmas:.0f} standard deviations), so it was solved from these views alone",
       "find out whether zoom, focus or the size of the pictures changed since the lens was "
       "calibrated, or whether the lens is that of another camera"},

      {kTimeOffset,
       "time_offset",
       kSolve,
       {"offset_ms", "std_ms"},
       {"reference"},
       "{camera}: its images were taken {amount:.3f} ms (standard deviation {std_ms:.3f}) {after} "
       "those of {reference} with the same time; the solve allows for that",
       ""},
      {kClockRate,
       "clock_rate",
       kSolve,
       {"rate_ppm", "std_ppm"},
       {},
       "{camera}: its clock is {slow} by {amount:.1f} ppm (standard deviation {std_ppm:.1f}); the "
       "solve allows for that",
       ""},
      {kFramesLost,
       "frames_lost",
       kSolve,
       {"frames"},
       {},
       "{camera}: from about frame {frame} on, its frame numbers are {amount:.0f} frames further "
       "{behind}, as if the recorder {lost} frames; the solve allows for that",
       ""},
      {kRollingShutter,
       "rolling_shutter",
       kSolve,
       {"readout_ms", "std_ms"},
       {},
       "{camera}: its rows are exposed one after the other, the last one {amount:.2f} ms "
       "(standard deviation {std_ms:.2f}) {after} the first; the solve allows for that",
       ""},
      {kRollingShutterUnlikely,
       "rolling_shutter_unlikely",
       kSolve,
       {"readout_ms", "std_ms", "interval_ms"},
       {},
       "{camera}: the solve has its rows exposed one after the other, the last one {amount:.2f} ms "
       "(standard deviation {std_ms:.2f}) {after} the first, which is longer than the "
       "{interval_ms:.2f} ms from one frame to the next, and so not possible",
       "check the frame rate and the times of the pictures, and look for cameras that are not "
       "synchronized; --sync off takes the times on file as they are"},
      {kHeldCameraDisagrees,
       "held_camera_disagrees",
       kSolve,
       {"turn_mdeg", "shift_px", "sigmas"},
       {},
       "{camera} is held as it was, but its views fit best if it is turned by {turn} "
       "({shift_px:.2f} px, {sigmas:.0f} standard deviations)",
       "find out with `calib check` whether {camera} has moved, and do not name it in --hold if it "
       "has"},
      {kFewCommonPoses,
       "few_common_poses",
       kSolve,
       {"poses"},
       {},
       "poses of the board that tie {cameras} to the other cameras: only {poses:.0f}; a wrong "
       "frame "
       "among them would not be noticed",
       "film the board in at least three poses that {cameras} and another camera see"},
      {kCommonFramesContradict,
       "common_frames_contradict",
       kSolve,
       {"left_out", "frames"},
       {},
       "{left_out:.0f} of the {frames:.0f} frames that could tie {cameras} to the other cameras "
       "contradict the others and were left out, so the place of {cameras} is not certain",
       "check that pictures with the same number are of the same moment, and film more poses that "
       "{cameras} and another camera see"},
      {kPlacedEitherWay,
       "placed_either_way",
       kSolve,
       {},
       {"size"},
       "{cameras} may be turned by a half turn about the board: the size {size} looks the same "
       "then, and all frames that tie {cameras} to the other cameras show the board in one pose",
       "film the board in other poses, or use one with an even and an odd count of corners"},
      {kCameraNotPlaced,
       "camera_not_placed",
       kSolve,
       {},
       {"problem"},
       "{camera} has no pose: {problem}",
       "give it the pixels of more measured points, which are not on one line, and check their "
       "names"},
      {kFewPoints,
       "few_points",
       kSolve,
       {"points"},
       {},
       "{camera}: only {points:.0f} points place it, so that an error in one of them would not "
       "show",
       "measure at least six points that it sees"},
      {kPointsDisagree,
       "points_disagree",
       kSolve,
       {"left_out"},
       {"points"},
       "measured points do not fit the others and were left out: {points}",
       "check the names of these points, their pixels, and where they were measured"},
      {kLengthUnitUnlikely,
       "length_unit_unlikely",
       kSolve,
       {"distance_m"},
       {},
       "{cameras} would be {distance_m:.4g} m apart, which is unlikely for the nearest cameras of "
       "a "
       "rig",
       "measured points must be in meters; import a file again and say the unit of its lengths, "
       "such "
       "as --length-unit mm, or --length-unit m if this is right"},
      {kFramesUnrelated,
       "frames_unrelated",
       kEvaluation,
       {"pairs", "agreeing", "error_px"},
       {"pictures"},
       "{pictures} with the same number are not of the same moment: {agreeing:.0f} of {pairs:.0f} "
       "pairs of cameras agree on where the board is, although the views of each camera fit by "
       "themselves",
       "film with cameras that are synchronized, and number their pictures alike, or solve the "
       "lenses alone with `calib detect` and `calib intrinsics`"},
      {kSamePictures,
       "same_pictures",
       kEvaluation,
       {"count", "frames", "distance_px"},
       {"when"},
       "{cameras} show the same pictures: in {count:.0f} of {frames:.0f} frames{when} their "
       "corners "
       "are at the same pixels (to {distance_px:.2f} px), as if one camera was recorded twice",
       "look for one camera whose stream is in two folders, and leave one of them out"},
      {kSyncOffset,
       "sync_offset",
       kEvaluation,
       {"offset_frames", "error_at_zero_px", "error_at_offset_px"},
       {"against"},
       "{camera}: its frame numbers differ from those of {against} by {offset_frames:+.0f} frames: "
       "frame F of {against} is frame F{offset_frames:+.0f} of {camera} ({error_at_zero_px:.1f} px "
       "apart as numbered, {error_at_offset_px:.2f} px then)",
       "renumber the frames of {camera} by {correction_frames:+.0f} and solve again"},
      {kNamesSwapped,
       "names_swapped",
       kEvaluation,
       {"count"},
       {"frames"},
       "{cameras}: their names are swapped in {count:.0f} frames ({frames}) against the others, "
       "the "
       "change is at frame {frame}: the pictures of each fit the lens and the pose of another",
       "swap the names of these pictures, or those of all others, and solve again"},
      {kPicturesTurned,
       "pictures_turned",
       kEvaluation,
       {"count"},
       {"frames", "how"},
       "{camera}: its pictures are {how} in {count:.0f} frames ({frames}) against the others, the "
       "change is at frame {frame}: turned back, they fit the other cameras",
       "turn mirroring and rotation off in the camera and the recorder, turn these pictures back, "
       "and solve again"},
      {kMomentsDiffer,
       "moments_differ",
       kEvaluation,
       {"count"},
       {"frames"},
       "{cameras_or}: its pictures are of other moments than those of the other cameras in "
       "{count:.0f} frames ({frames}), the change is at frame {frame}: in each of them it sees the "
       "board somewhere else",
       "look for files of another recording and for frames that were renumbered, and leave these "
       "pictures out"},
      {kRecordingsMixed,
       "recordings_mixed",
       kEvaluation,
       {"count"},
       {"frames"},
       "two recordings are mixed: {count:.0f} frames ({frames}) fit each other, but not the "
       "others; "
       "the change is at frame {frame}",
       "look for files of another recording, cameras that were set up or zoomed anew, and another "
       "board, and solve both parts separately"},
      {kCameraMoved,
       "camera_moved",
       kEvaluation,
       {"angle_mdeg", "shift_px"},
       {"how"},
       "{cameras_or}: moved {how} about frame {frame}, as if turned by {turn} "
       "({shift_px:.1f} px)",
       "solve the frames before and after it separately"},
      {kLensChanged,
       "lens_changed",
       kEvaluation,
       {"zoom_percent", "shift_px"},
       {"how"},
       "{camera}: its lens changed {how} about frame {frame}: the focal length by "
       "{zoom_percent:+.2f} %, "
       "the "
       "principal point by {shift_px:.1f} px",
       "lock zoom, focus and stabilization, and solve the frames before and after it separately"},
      {kBoardPosesDisagree,
       "board_poses_disagree",
       kEvaluation,
       {"disagreement_px", "ratio"},
       {},
       "{camera}: it sees the board elsewhere than the other cameras do ({disagreement_px:.2f} px, "
       "{ratio:.1f} times what the errors of its corners explain)",
       "look for cameras that are not synchronized, a camera that shakes or stabilizes its "
       "pictures, "
       "or a board that bends"},
      {kErrorsCorrelated,
       "errors_correlated",
       kEvaluation,
       {"correlation", "sigmas"},
       {},
       "{camera}: the errors of neighboring corners are alike (correlation {correlation:.2f}): "
       "the model does not describe these pictures fully",
       "try --model auto, look for a board that is bent or uneven, motion blur, or a rolling "
       "shutter"},
      {kRowError,
       "row_error",
       kEvaluation,
       {"row_error_px"},
       {},
       "{cameras}: rows differ by {row_error_px:.2f} px on average",
       "look for motion blur, a board that is not flat, or cameras that are not synchronized"},
      {kLengthScale,
       "length_scale",
       kEvaluation,
       {"scale_percent", "scale_std_percent"},
       {},
       "{cameras}: lengths on the board come out wrong by {scale_percent:+.2f} %",
       "look for a wrong distance between the two, or lenses that changed"},
      {kLensMisfit,
       "lens_misfit",
       kEvaluation,
       {"error_px"},
       {},
       "{camera}: its corners lie about {error_px:.1f} px from where the model has them",
       "look for pictures that hold several views (cut them with --layout), pictures of another "
       "camera, a zoom or focus that changed, motion blur, or a board that bends"},
      {kErrorPattern,
       "error_pattern",
       kEvaluation,
       {"systematic_px"},
       {"region"},
       "{camera}: its errors follow a pattern over the picture ({systematic_px:.2f} px, most at "
       "the "
       "{region})",
       "try a model with more parameters, or look for a board that is not flat"},
      {kCameraUnused,
       "camera_unused",
       kEvaluation,
       {},
       {},
       "{camera}: none of its views here can be used",
       "give observations of this camera in which the board was found"},
      {kFewViews,
       "few_views",
       kEvaluation,
       {"views"},
       {},
       "{camera}: only {views:.0f} views of the board were used",
       "film more, tilted in all directions"},
      {kLowCoverage,
       "low_coverage",
       kEvaluation,
       {"coverage_percent"},
       {"region"},
       "{camera}: corners cover {coverage_percent:.0f} % of the picture",
       "film the board at its {region}"},
      {kFocalLengthUncertain,
       "focal_length_uncertain",
       kEvaluation,
       {"std_percent"},
       {},
       "{camera}: the focal length is known to {std_percent:.2f} % only",
       "film the board tilted and nearer"},
      {kPositionUncertain,
       "position_uncertain",
       kEvaluation,
       {"std_mm", "std_percent"},
       {},
       "{camera}: its position is known to {std_mm:.1f} mm only ({std_percent:.1f} % of the "
       "distance to its neighbor)",
       "film more frames that several cameras see; of measured points, add some"},
      {kManyViewsRejected,
       "many_views_rejected",
       kEvaluation,
       {"rejected", "views"},
       {},
       "{camera}: {rejected:.0f} of {views:.0f} views did not fit and were left out (see "
       "`rejected` "
       "in the calibration)",
       "look at these pictures for motion blur, a bent board, or frames that are not synchronized"},
      {kPicturesBroken,
       "pictures_broken",
       kEvaluation,
       {"broken", "pictures"},
       {"files", "advice"},
       "{camera}: {broken:.0f} of {pictures:.0f} pictures cannot be used and were left out: "
       "{files}",
       "{advice}"},
  };
  return list;
}

const FindingType& type_of(FindingCode code) {
  return finding_list()[static_cast<std::size_t>(code)];
}

// "bow along rows 1.21 ±0.03 mm, ...": the parts of the board's shape that are known.
std::string shape_text(const Finding& finding) {
  const auto number = [&](const std::string& name) {
    const auto found = std::find_if(finding.numbers.begin(), finding.numbers.end(),
                                    [&](const Metric& metric) { return metric.name == name; });
    return found == finding.numbers.end() ? 0.0 : found->value;
  };
  std::vector<std::string> parts;
  const auto add = [&](const char* what, const std::string& name, const std::string& unit,
                       const char* unit_text) {
    const double std = number(name + "_std_" + unit);
    if (std > 0)
      parts.push_back(
          fmt::format("{} {:.2f} ±{:.2f} {}", what, number(name + "_" + unit), std, unit_text));
  };
  add("bow along rows", "bow_x", "mm", "mm");
  add("bow along columns", "bow_y", "mm", "mm");
  add("twist", "twist", "mm", "mm");
  add("squares higher than wide by", "stretch_y", "percent", "%");
  return join(parts, ", ");
}

std::string turn_text(double millidegrees) {
  return millidegrees < 1000 ? fmt::format("{:.0f} mdeg", millidegrees)
                             : fmt::format("{:.3g} degrees", millidegrees / 1000);
}

// Sentences may use all numbers, words, and these: {camera}, {cameras} ("a and b"), {cameras_or},
// {frame}, {shape}, {correction_frames} (minus the offset); and of the first number {amount},
// without its sign, {turn} (of millidegrees, with a unit), and words that tell its sign: {after},
// {slow}, {behind}, {lost}.
std::string filled(const char* sentence, const Finding& finding) {
  fmt::dynamic_format_arg_store<fmt::format_context> arguments;
  const std::vector<std::string>& cameras = finding.cameras;
  arguments.push_back(fmt::arg("camera", cameras.empty() ? std::string() : cameras.front()));
  arguments.push_back(fmt::arg("cameras", join(cameras, " and ")));
  arguments.push_back(fmt::arg("cameras_or", join(cameras, " or ")));
  arguments.push_back(fmt::arg("frame", finding.frame.value_or(0)));
  for (const Metric& metric : finding.numbers) {
    arguments.push_back(fmt::arg(metric.name.c_str(), metric.value));
    if (metric.name == "offset_frames")
      arguments.push_back(fmt::arg("correction_frames", -metric.value));
  }
  for (const NamedWord& word : finding.words)
    arguments.push_back(fmt::arg(word.name.c_str(), word.value));
  arguments.push_back(fmt::arg("shape", shape_text(finding)));
  const double first = finding.numbers.empty() ? 0 : finding.numbers.front().value;
  arguments.push_back(fmt::arg("amount", std::abs(first)));
  arguments.push_back(fmt::arg("turn", turn_text(first)));
  arguments.push_back(fmt::arg("after", first < 0 ? "before" : "after"));
  arguments.push_back(fmt::arg("slow", first < 0 ? "fast" : "slow"));
  arguments.push_back(fmt::arg("behind", first < 0 ? "ahead" : "behind"));
  arguments.push_back(fmt::arg("lost", first < 0 ? "repeated" : "lost"));
  return fmt::vformat(sentence, arguments);
}

std::vector<std::string> names(const std::vector<const char*>& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

std::string to_text(FindingCode code) { return type_of(code).name; }

std::string to_text(Severity severity) { return name_of(kSeverities, severity); }
std::string to_text(Verdict verdict) { return name_of(kVerdicts, verdict); }
std::string to_text(std::optional<Verdict> verdict) { return verdict ? to_text(*verdict) : ""; }

const std::vector<Named<FindingCode>>& finding_codes() {
  static const std::vector<Named<FindingCode>> codes = [] {
    std::vector<Named<FindingCode>> result;
    for (const FindingType& type : finding_list()) result.push_back({type.name, type.code});
    return result;
  }();
  return codes;
}

FindingSource source_of(FindingCode code) { return type_of(code).source; }

std::vector<std::string> number_names(FindingCode code) { return names(type_of(code).numbers); }
std::vector<std::string> word_names(FindingCode code) { return names(type_of(code).words); }

std::string message_text(const Finding& finding) {
  return filled(type_of(finding.code).message, finding);
}

std::string remedy_text(const Finding& finding) {
  return filled(type_of(finding.code).remedy, finding);
}

std::string finding_text(const Finding& finding) {
  const std::string remedy = remedy_text(finding);
  return message_text(finding) + (remedy.empty() ? "" : ": " + remedy);
}

std::vector<Finding> gravest_first(const std::vector<Finding>& findings, Severity least) {
  std::vector<Finding> result;
  std::copy_if(findings.begin(), findings.end(), std::back_inserter(result),
               [&](const Finding& finding) { return finding.severity >= least; });
  std::stable_sort(result.begin(), result.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return result;
}

std::vector<Finding> joined_by_cameras(const std::vector<Finding>& findings) {
  std::vector<Finding> joined;
  std::map<std::pair<Severity, std::string>, std::size_t> places;
  for (Finding finding : findings) {
    const bool is_either = std::string(type_of(finding.code).message).find("{cameras_or}") == 0;
    const std::string cameras = join(finding.cameras, is_either ? " or " : " and ");
    finding.cameras.clear();
    const auto [place, is_new] =
        places.try_emplace({finding.severity, finding_text(finding)}, joined.size());
    if (is_new) {
      finding.cameras = {cameras};
      joined.push_back(std::move(finding));
    } else {
      joined[place->second].cameras.front() += ", " + cameras;
    }
  }
  return joined;
}

Verdict verdict_of(const std::vector<Finding>& findings) {
  Severity gravest = Severity::kNote;
  for (const Finding& finding : findings) gravest = std::max(gravest, finding.severity);
  return kVerdicts[static_cast<std::size_t>(gravest)].value;
}

std::vector<std::string> verdict_reasons(const std::vector<Finding>& findings) {
  std::vector<std::string> reasons;
  for (const Finding& finding : gravest_first(findings, Severity::kWarning))
    reasons.push_back(finding_text(finding));
  if (reasons.empty()) {
    reasons.emplace_back(
        "views, coverage, predicted uncertainty, reprojection, row errors and rejections are all "
        "within bounds");
  }
  return reasons;
}

std::vector<std::string> note_texts(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::kNote) texts.push_back(finding_text(finding));
  }
  return texts;
}

}  // namespace calib
