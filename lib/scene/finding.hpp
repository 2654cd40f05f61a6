#pragma once
// A finding is a statement about a calibration, kept as data: its code, its severity, the cameras
// and the frame that it concerns, and its numbers. The stages of the solve and of the evaluation
// return findings; the verdict follows from them alone; finding_list.cpp has the words for each of
// them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/named.hpp"

namespace calib {

/// Is the calibration good? Usable and poor calibrations have findings that say why.
enum class Verdict { kGood, kUsable, kPoor };
inline constexpr Named<Verdict> kVerdicts[] = {
    {"good", Verdict::kGood}, {"usable", Verdict::kUsable}, {"poor", Verdict::kPoor}};

/// The severity of a finding. A note does not change the verdict. A warning makes a calibration
/// usable at best, an error makes it poor.
enum class Severity { kNote, kWarning, kError };
inline constexpr Named<Severity> kSeverities[] = {
    {"note", Severity::kNote}, {"warning", Severity::kWarning}, {"error", Severity::kError}};

/// What was found. finding_list.cpp has one entry for each, in this order.
enum class FindingCode {
  // Of the solve.
  kCamerasNotConnected,
  kCameraUnrelated,
  kReferenceReplaced,
  kBoardAmbiguityResolved,
  kLensUndetermined,
  kLensFromResection,
  kBoardNotFlat,
  kBoardShapeEstimated,
  kBoardShapeUndetermined,
  kBoardStretchUndetermined,
  kBoardPosition,
  kBoardShapesNotEstimated,
  kBoardUnseen,
  kBoardsNotConnected,
  kBoardInconsistent,
  kTagsRepeated,
  kDistanceFound,
  kDistanceDisagrees,
  kBoardTwoFaces,
  kBoardFacesUnclear,
  kErrorsRepeat,
  kLensesDisagree,
  kGivenLensDisagrees,
  kTimeOffset,
  kClockRate,
  kFramesLost,
  kRollingShutter,
  kRollingShutterUnlikely,
  kHeldCameraDisagrees,
  kFewCommonPoses,
  kCommonFramesContradict,
  kPlacedEitherWay,
  kCameraNotPlaced,
  kFewPoints,
  kPointsDisagree,
  // Of an import.
  kLengthUnitUnlikely,
  // Of the evaluation.
  kFramesUnrelated,
  kSamePictures,
  kSyncOffset,
  kNamesSwapped,
  kPicturesTurned,
  kMomentsDiffer,
  kRecordingsMixed,
  kCameraMoved,
  kLensChanged,
  kBoardPosesDisagree,
  kErrorsCorrelated,
  kRowError,
  kLengthScale,
  kLensMisfit,
  kErrorPattern,
  kCameraUnused,
  kFewViews,
  kLowCoverage,
  kFocalLengthUncertain,
  kPositionUncertain,
  kManyViewsRejected,
  kPicturesBroken,
};

/// A number that has a name with its unit: "row_error_px".
struct Metric {
  std::string name;
  double value = 0;
  bool operator==(const Metric&) const = default;
};

/// A word that has a name: "region", "top left".
struct NamedWord {
  std::string name, value;
  bool operator==(const NamedWord&) const = default;
};

struct Finding {
  FindingCode code;
  Severity severity = Severity::kNote;
  std::vector<std::string> cameras = {};  ///< none, one, the two of a pair, or a group
  std::optional<std::int64_t> frame = std::nullopt;
  std::vector<Metric> numbers = {};
  std::vector<NamedWord> words = {};
  bool operator==(const Finding&) const = default;
};

/// Which stage returns findings of a code.
enum class FindingSource { kSolve, kEvaluation };

/// The name of a code in files: "row_error".
std::string to_text(FindingCode code);
/// "note", "warning" or "error".
std::string to_text(Severity severity);
/// "good", "usable" or "poor"; an empty text if there is no verdict.
std::string to_text(Verdict verdict);
std::string to_text(std::optional<Verdict> verdict);

/// All codes with their names, in order.
const std::vector<Named<FindingCode>>& finding_codes();

FindingSource source_of(FindingCode code);

/// The names of the numbers and words that every finding of a code has.
std::vector<std::string> number_names(FindingCode code);
std::vector<std::string> word_names(FindingCode code);

/// What was found, in one sentence without a full stop: "cam0 and cam1: rows differ by ...".
std::string message_text(const Finding& finding);
/// What to do about it, or an empty text for a note.
std::string remedy_text(const Finding& finding);
/// Both: "cam0 and cam1: rows differ by 0.42 px on average: look for motion blur, ...".
std::string finding_text(const Finding& finding);

/// The findings of at least `least` severity, the most severe first, otherwise in their order.
std::vector<Finding> gravest_first(const std::vector<Finding>& findings, Severity least);

/// The verdict that follows from findings: that of the most severe one.
Verdict verdict_of(const std::vector<Finding>& findings);

/// Findings whose texts differ in nothing but their cameras, as one that names them all: its only
/// "camera" is "cam0, cam1", or "cam0 and cam1, cam0 and cam2". In the order of the first of each.
std::vector<Finding> joined_by_cameras(const std::vector<Finding>& findings);

/// Why the verdict is what it is: the texts of all warnings and errors, the most severe first, or
/// one sentence that says what was checked.
std::vector<std::string> verdict_reasons(const std::vector<Finding>& findings);
/// The texts of all notes.
std::vector<std::string> note_texts(const std::vector<Finding>& findings);

}  // namespace calib
