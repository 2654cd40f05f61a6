#!/usr/bin/env python3
"""Proves the exports in the tools that they are for: each projects the same corners to the same pixels. Readers that
follow the documentation of a format stand for tools that no Linux distribution has.

usage: exports_test.py PROGRAM      needs python3-opencv; says which further tools it had to leave out
"""
import ast
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import typing
import xml.etree.ElementTree

try:
    import cv2
    import numpy as np
except ImportError:  # Debian's python3-opencv belongs to Debian's own Python
    if sys.executable == "/usr/bin/python3":
        sys.exit("the exports are proved with the package python3-opencv")
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

# observations.yaml holds pixels to 1e-6: half of that is rounded away.
TOLERANCE_PX = 1e-6
BLENDER_TOLERANCE_PX = 1e-2  # Blender has single precision.


def to_pose(rotation, translation):
    """The 4x4 matrix of a rotation matrix or Rodrigues vector and a translation."""
    pose, rotation = np.eye(4), np.array(rotation, float)
    pose[:3, :3] = rotation if rotation.size == 9 else cv2.Rodrigues(rotation)[0]
    pose[:3, 3] = np.ravel(translation)
    return pose


def quaternion_pose(w, x, y, z, *translation):
    angle = 2 * np.arctan2(np.linalg.norm([x, y, z]), w)
    axis = np.array([x, y, z]) / max(np.linalg.norm([x, y, z]), 1e-300)
    return to_pose(angle * axis, translation)


def camera_matrix(fx, fy, cx, cy):
    return np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1]], float)


HALF_TURN = np.diag([1, -1, -1, 1])  # between cameras that look along z with y down, and along -z with y up


class Lens(typing.NamedTuple):
    """A camera of OpenCV: its pose maps the points of a format's frame into it."""

    pose: np.ndarray
    K: np.ndarray
    D: np.ndarray = np.zeros(5)
    is_fisheye: bool = False

    def pixels(self, points):
        rotation, translation = cv2.Rodrigues(self.pose[:3, :3])[0], self.pose[:3, 3]
        project = cv2.fisheye.projectPoints if self.is_fisheye else cv2.projectPoints
        return project(points.reshape(-1, 1, 3), rotation, translation, self.K, self.D)[0].reshape(-1, 2)


class Rig:
    """A synthetic rig with its true corners, and calib to export it."""

    def __init__(self, program, folder, model, fov_deg, cameras=2, in_world=False):
        self.model, self.program = model, program
        self.name = f"{model}, {cameras} cameras" + (", world" if in_world else "")
        self.folder = pathlib.Path(folder) / f"{model}{cameras}"
        self.run("synth", "--cameras", cameras, "--arrangement", "line", "--frames", "4", "--size", "640x480",
                 "--model", model, "--fov-deg", fov_deg, "--board", "8x5", "--square", "40mm", "-o", self.folder)
        self.calibration = self.folder / "truth.yaml"
        if in_world:
            aligned = self.folder / "aligned.yaml"
            self.run("align", self.calibration, "--board-frame", "1", "--offset=10cm,2m,-30cm", "-o", aligned)
            self.calibration = aligned
        self.truth = json.loads(self.export("json").read_text())
        self.T_world_rig = np.array(self.truth.get("world", {"T_world_rig": np.eye(4)})["T_world_rig"], float)
        self.views = self.read_views()

    def run(self, *arguments):
        command = [str(argument) for argument in (self.program, *arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"$ {' '.join(command)}\nexit code {done.returncode}\n{done.stderr}")

    def export(self, kind):
        path = self.folder / kind
        self.run("export", self.calibration, "--format", kind, "-o", path)
        return path

    def lens(self, name):
        """The true camera, in the frame of the rig."""
        camera = self.truth["cameras"][name]
        linear = camera["intrinsics"]
        return Lens(np.array(camera["T_cam_rig"], float), camera_matrix(*(linear[k] for k in ("fx", "fy", "cx", "cy"))),
                    np.array(camera["distortion"], float), self.model == "fisheye")

    def check_import(self, what, files):
        """calib reads what the other tool wrote of the rig, whose digits it may have rounded."""
        imported = self.folder / f"imported_{files[0].suffix[1:]}.yaml"
        self.run("import", *files, "-o", imported)
        self.run("compare", imported, self.calibration, "--max-px", "1e-5")
        print(f"{self.name} as {what} writes it: imported within 1e-5 px")

    def read_views(self):
        """For each camera the corners in the rig's frame and their pixels."""
        text = (self.folder / "observations.yaml").read_text()
        views = {name: ([], []) for name in self.truth["cameras"]}
        pattern = r"- camera: (\w+)\n    frame: (\d+)\n    image: .*\n    corners: \|\n((?:      .*\n)+)"
        columns, square = self.truth["board"]["corners"][0], self.truth["board"]["square_m"]
        for camera, frame, lines in re.findall(pattern, text):
            T_rig_board = np.array(self.truth["frames"][frame]["T_rig_board"])
            for line in lines.splitlines():
                corner, x, y = line.split()[:3]
                row, column = divmod(int(corner), columns)
                p_board = np.array([square * column, square * row, 0, 1])
                views[camera][0].append((T_rig_board @ p_board)[:3])
                views[camera][1].append((float(x), float(y)))
        assert all(len(points) > 50 for points, _ in views.values())
        return {name: (np.array(points), np.array(pixels)) for name, (points, pixels) in views.items()}

    def check(self, what, project, frame="world", expected=None, tolerance_px=TOLERANCE_PX):
        """project(camera's name, points in the frame) gives the true pixels, or those of other expected lenses."""
        T_frame_rig = self.T_world_rig if frame == "world" else np.eye(4)
        for name, (points, pixels) in self.views.items():
            if expected:
                pixels = expected(self.lens(name)).pixels(points)
            error = np.abs(project(name, points @ T_frame_rig[:3, :3].T + T_frame_rig[:3, 3]) - pixels).max()
            if not error < tolerance_px:
                sys.exit(f"{self.name} in {what}: camera {name} projects {error:.3g} px away from calib")
        print(f"{self.name} in {what}: the same pixels within {tolerance_px} px")


def load(path, *keys):
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
    assert storage.isOpened(), path
    matrices = [storage.getNode(key).mat() for key in keys]
    for key, matrix in zip(keys, matrices):
        assert matrix is not None, f"{path}: {key}"
    return matrices


def check_opencv(rig, kind, ending, *own_endings):
    """OpenCV reads the export, and calib what OpenCV writes in each of its own forms."""
    folder = rig.export(kind)
    storage = cv2.FileStorage(str(folder / f"poses.{ending}"), cv2.FILE_STORAGE_READ)
    cameras = [storage.getNode("cameras").at(i) for i in range(storage.getNode("cameras").size())]
    lenses = {}
    for camera in cameras:
        name = camera.getNode("camera_name").string()
        K, D = load(folder / f"{name}.{ending}", "camera_matrix", "distortion_coefficients")
        lenses[name] = Lens(camera.getNode("T_cam_rig").mat(), K, D, rig.model == "fisheye")
        if "world" in rig.truth:
            assert np.allclose(camera.getNode("T_cam_world").mat() @ rig.T_world_rig, lenses[name].pose, atol=1e-12)
    rig.check(f"OpenCV's FileStorage ({ending})", lambda name, points: lenses[name].pixels(points), "rig")
    if len(lenses) == 2:
        check_pair(rig, folder, ending, lenses)
    for own in own_endings:
        files = [write_opencv(rig, lens, name, own) for name, lens in lenses.items()]
        rig.check_import(f"OpenCV's FileStorage ({own})", files)


def write_opencv(rig, lens, name, ending):
    """A camera's file by OpenCV itself."""
    path = rig.folder / f"{name}.{ending}"
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    for key, value in zip(("image_width", "image_height"), rig.truth["cameras"][name]["image_size"]):
        storage.write(key, value)
    storage.write("fisheye_model", int(lens.is_fisheye))
    for key, value in (("camera_matrix", lens.K), ("distortion_coefficients", lens.D),
                       ("R", lens.pose[:3, :3]), ("T", lens.pose[:3, 3:])):
        storage.write(key, value)
    storage.release()
    return path


def check_pair(rig, folder, ending, lenses):
    M1, D1, M2, D2 = load(folder / f"intrinsics.{ending}", "M1", "D1", "M2", "D2")
    R, T, R1, R2, P1, P2, Q = load(folder / f"extrinsics.{ending}", "R", "T", "R1", "R2", "P1", "P2", "Q")
    left, right = (lenses[name].pose for name in rig.views)
    assert np.allclose(to_pose(R, T) @ left, right, atol=1e-9)
    # Rectified rows agree, and disparities give the points back through Q.
    points, is_fisheye = rig.views[next(iter(rig.views))][0], rig.model == "fisheye"
    pixels = [Lens(pose, K, D, is_fisheye).pixels(points) for pose, K, D in ((left, M1, D1), (right, M2, D2))]
    undistort = cv2.fisheye.undistortPoints if is_fisheye else cv2.undistortPoints
    rectified = [undistort(pixel.reshape(-1, 1, 2), K, D, R=rotation, P=P).reshape(-1, 2)
                 for pixel, K, D, rotation, P in ((pixels[0], M1, D1, R1, P1), (pixels[1], M2, D2, R2, P2))]
    # cv2.undistortPoints stops after five rounds.
    assert np.abs(rectified[0][:, 1] - rectified[1][:, 1]).max() < 0.05
    disparity = rectified[0][:, 0] - rectified[1][:, 0]
    assert (disparity > 0).all(), "the left camera is not the first"
    homogeneous = Q @ np.vstack([rectified[0].T, disparity, np.ones(len(points))])
    found = R1.T @ (homogeneous[:3] / homogeneous[3])
    expected = (left @ np.vstack([points.T, np.ones(len(points))]))[:3]
    assert np.abs(found - expected).max() < 0.01 * np.abs(expected).max()
    print(f"{rig.name} in OpenCV's stereo files ({ending}): rows align, Q gives the points back")


# Readers, each as the documentation of its format says: the lenses by the names of the cameras. Lengths are those of
# the file. The standard library, PyYAML and OpenCV parse.


def read_ros(rig, path):
    """camera_info has no poses but the baseline of a pair."""
    import yaml
    infos = {name: yaml.safe_load((path / f"{name}.yaml").read_text()) for name in rig.views}
    matrix = lambda node: np.array(node["data"], float).reshape(node["rows"], node["cols"])
    if len(infos) == 2:
        left, right = (matrix(info["projection_matrix"]) for info in infos.values())
        baseline = np.linalg.norm((rig.lens("cam1").pose @ np.linalg.inv(rig.lens("cam0").pose))[:3, 3])
        assert left[0, 3] == 0 and abs(right[0, 3] + right[0, 0] * baseline) < 1e-9
    return {name: Lens(rig.lens(name).pose, matrix(info["camera_matrix"]), matrix(info["distortion_coefficients"]),
                       info["distortion_model"] == "equidistant") for name, info in infos.items()}


def read_kalibr(rig, path):
    import yaml
    lenses, pose = {}, np.eye(4)
    for camera in yaml.safe_load(path.read_text()).values():
        assert camera["camera_model"] == "pinhole"
        pose = np.array(camera.get("T_cn_cnm1", np.eye(4)), float) @ pose
        lenses[camera["rostopic"].split("/")[1]] = Lens(
            pose, camera_matrix(*camera["intrinsics"]), np.array(camera["distortion_coeffs"], float),
            camera["distortion_model"] == "equidistant")
    return lenses


def read_basalt(rig, path):
    value, lenses = json.loads(path.read_text())["value0"], {}
    for name, lens, pose in zip(rig.views, value["intrinsics"], value["T_imu_cam"]):
        assert lens["camera_type"] == "kb4"
        lens = lens["intrinsics"]
        T_rig_cam = quaternion_pose(*(pose[key] for key in ("qw", "qx", "qy", "qz", "px", "py", "pz")))
        lenses[name] = Lens(np.linalg.inv(T_rig_cam), camera_matrix(*(lens[key] for key in ("fx", "fy", "cx", "cy"))),
                            np.array([lens[key] for key in ("k1", "k2", "k3", "k4")]), True)
    return lenses


def numbers(path):
    return [line.split() for line in path.read_text().splitlines() if line and not line.startswith("#")]


def read_colmap(rig, path):
    """Pixels are counted from the corner of the picture."""
    cameras, lenses = {row[0]: row for row in numbers(path / "cameras.txt")}, {}
    for image in numbers(path / "images.txt"):
        camera = cameras[image[8]]
        fx, fy, cx, cy, *distortion = (float(word) for word in camera[4:])
        lenses[pathlib.Path(image[9]).stem] = Lens(
            quaternion_pose(*(float(word) for word in image[1:8])), camera_matrix(fx, fy, cx - 0.5, cy - 0.5),
            np.array(distortion), camera[1] == "OPENCV_FISHEYE")
    return lenses


def read_nerfstudio(rig, path):
    """Pixels are counted from the corner; camera_model is that of all frames."""
    root, lenses = json.loads(path.read_text()), {}
    is_fisheye = root["camera_model"] == "OPENCV_FISHEYE"
    keys = ("k1", "k2", "k3", "k4") if is_fisheye else ("k1", "k2", "p1", "p2", "k3")
    for frame in root["frames"]:
        pose = HALF_TURN @ np.linalg.inv(np.array(frame["transform_matrix"]))
        K = camera_matrix(frame["fl_x"], frame["fl_y"], frame["cx"] - 0.5, frame["cy"] - 0.5)
        D = np.array([frame[key] for key in keys])
        lenses[pathlib.Path(frame["file_path"]).stem] = Lens(pose, K, D, is_fisheye)
    return lenses


def read_toml(path):
    import tomllib  # Python 3.11
    return tomllib.loads(path.read_text())


def lens_in_toml(camera):
    return Lens(to_pose(camera["rotation"], camera["translation"]), np.array(camera["matrix"], float),
                np.array(camera["distortions"], float), camera.get("fisheye", False))


def read_aniposelib(rig, path):
    sections = read_toml(path)
    sections.pop("metadata")
    return {camera["name"]: lens_in_toml(camera) for camera in sections.values()}


def read_caliscope(rig, path):
    """The cameras are numbered."""
    return dict(zip(rig.views, (lens_in_toml(camera) for camera in read_toml(path)["cameras"].values())))


def read_easymocap(rig, path):
    return {name: Lens(to_pose(*load(path / "extri.yml", f"R_{name}", f"T_{name}")),
                       *load(path / "intri.yml", f"K_{name}", f"dist_{name}")) for name in rig.views}


def read_jarvis(rig, path):
    lenses = {}
    for name in rig.views:
        R, T, K, D = load(path / f"{name}.yaml", "R", "T", "intrinsicMatrix", "distortionCoefficients")
        lenses[name] = Lens(to_pose(R.T, T), K.T, D)
    return lenses


def read_mc_calib(rig, path):
    storage, lenses = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ), {}
    assert storage.getNode("nb_camera").real() == len(rig.views)
    for i, name in enumerate(rig.views):
        camera = storage.getNode(f"camera_{i}")
        matrix = lambda key: camera.getNode(key).mat()
        lenses[name] = Lens(np.linalg.inv(matrix("camera_pose_matrix")), matrix("camera_matrix"),
                            matrix("distortion_vector"), camera.getNode("distortion_type").real() == 1)
    return lenses


def read_multical(rig, path):
    root = json.loads(path.read_text())
    poses = {key.split("_to_")[0]: to_pose(pose["R"], pose["T"]) for key, pose in root["camera_poses"].items()}
    return {name: Lens(poses[name], np.array(camera["K"]), np.array(camera["dist"]))
            for name, camera in root["cameras"].items()}


def read_qualisys(rig, path):
    """A camera has x right, y up and z backward, and pixels of 64 units."""
    lenses = {}
    for camera in xml.etree.ElementTree.parse(path).iter("camera"):
        place = {key: float(value) for key, value in camera.find("transform").attrib.items()}
        lens = {key: float(value) / 64 for key, value in camera.find("intrinsic").attrib.items()}
        R = HALF_TURN[:3, :3] @ [[place[f"r{i}{j}"] for j in (1, 2, 3)] for i in (1, 2, 3)]
        D = [64 * lens[key] for key in ("radialDistortion1", "radialDistortion2", "tangentalDistortion1",
                                        "tangentalDistortion2", "radialDistortion3")]
        K = camera_matrix(*(lens[key] for key in ("focalLengthU", "focalLengthV", "centerPointU", "centerPointV")))
        lenses[camera.get("serial")] = Lens(to_pose(R, -R @ [place[axis] for axis in "xyz"]), K, np.array(D))
    return lenses


def read_dlt(rig, path, flip=np.eye(3)):
    """Without a world, the origin is 1 m before the rig's."""
    lenses = {}
    for name, column in zip(rig.views, np.loadtxt(path, delimiter=",").T):
        P = flip @ np.append(column, 1).reshape(3, 4)
        K, R, center = cv2.decomposeProjectionMatrix(P * np.sign(np.linalg.det(P[:, :3])))[:3]
        pose = to_pose(R, -R @ (center[:3] / center[3]))
        ahead = to_pose(np.eye(3), [0, 0, 0 if "world" in rig.truth else -1])
        lenses[name] = Lens(pose @ ahead, K / K[2, 2])
    return lenses


def read_argus(rig, path):
    """Rows of pixels are counted from the bottom."""
    return read_dlt(rig, path, np.array([[1, 0, 0], [0, -1, 480], [0, 0, 1]]))


def read_blender(rig, path):
    """In Blender a sensor of 36 mm is as wide as the picture, shifts are in widths, and rows go up."""
    text, lenses = path.read_text(), {}
    cameras = ast.literal_eval(re.search(r"CAMERAS = (\[.*?\n\])", text, re.S).group(1))
    aspects = [float(aspect) for aspect in re.findall(r"# fy / fx = (.*)", text)]
    for (name, (width, height), lens_mm, shift, matrix_world), aspect in zip(cameras, aspects):
        fx = lens_mm / 36 * width
        K = camera_matrix(fx, fx * aspect, (width - 1) / 2 - shift[0] * width,
                          (height - 1) / 2 + shift[1] * width * aspect)
        lenses[name] = Lens(HALF_TURN @ np.linalg.inv(matrix_world), K)
    return lenses


def read_gltf(rig, path):
    """The world has y up."""
    root, lenses = json.loads(path.read_text()), {}
    up = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]]) if "world" in rig.truth else HALF_TURN
    for node in root["nodes"]:
        width, height = rig.truth["cameras"][node["name"]]["image_size"]
        lens = root["cameras"][node["camera"]]["perspective"]
        fy = height / (2 * np.tan(lens["yfov"] / 2))
        K = camera_matrix(fy * width / height / lens["aspectRatio"], fy, (width - 1) / 2, (height - 1) / 2)
        x, y, z, w = node["rotation"]
        T_gltf_cam = quaternion_pose(w, x, y, z, *node["translation"])
        lenses[node["name"]] = Lens(HALF_TURN @ np.linalg.inv(T_gltf_cam) @ up, K)
    return lenses


def lenses_in_frames(rig, frames):
    """The true lenses, placed by frames (parent, child, T_parent_child), of which the first has the root as parent."""
    poses = {frames[0][0]: np.eye(4)}
    for parent, child, pose in frames:
        poses[child] = poses[parent] @ pose
    assert frames[0][0] == ("world" if "world" in rig.truth else "rig")
    return {name: rig.lens(name)._replace(pose=np.linalg.inv(poses[f"{name}_optical_frame"])) for name in rig.views}


def read_urdf(rig, path):
    """Roll, pitch and yaw turn about the fixed axes x, y and z."""
    frames = []
    for joint in xml.etree.ElementTree.parse(path).iter("joint"):
        xyz, rpy = (np.array(joint.find("origin").get(key).split(), float) for key in ("xyz", "rpy"))
        x, y, z = (cv2.Rodrigues(angle * axis)[0] for angle, axis in zip(rpy, np.eye(3)))
        frames.append((joint.find("parent").get("link"), joint.find("child").get("link"), to_pose(z @ y @ x, xyz)))
    return lenses_in_frames(rig, frames)


def read_ros_tf(rig, path):
    frames = []
    for node in xml.etree.ElementTree.parse(path).iter("node"):
        words = node.get("args").split()
        given = dict(zip(words[::2], words[1::2]))
        numbers = (float(given[f"--{key}"]) for key in ("qw", "qx", "qy", "qz", "x", "y", "z"))
        frames.append((given["--frame-id"], given["--child-frame-id"], quaternion_pose(*numbers)))
    return lenses_in_frames(rig, frames)


def undistorted(lens):
    return lens._replace(D=np.zeros(5), is_fisheye=False)


def centered(lens):
    K = lens.K.copy()
    K[:2, 2] = (640 - 1) / 2, (480 - 1) / 2
    return undistorted(lens)._replace(K=K)


class Format(typing.NamedTuple):
    read: typing.Callable
    models: tuple
    frame: str = "world"  # or the rig's, for formats without a world
    units_per_meter: float = 1
    expected: typing.Optional[typing.Callable] = None  # what is left of a true lens


FORMATS = {
    "ros": Format(read_ros, ("opencv5", "opencv8", "fisheye"), "rig"),
    "kalibr": Format(read_kalibr, ("fisheye",), "rig"),
    "basalt": Format(read_basalt, ("fisheye",), "rig"),
    "mc-calib": Format(read_mc_calib, ("opencv5", "fisheye"), "rig"),
    "multical": Format(read_multical, ("opencv5", "opencv8"), "rig"),
    "colmap": Format(read_colmap, ("opencv5", "opencv8", "fisheye")),
    "nerfstudio": Format(read_nerfstudio, ("opencv5", "fisheye")),
    "aniposelib": Format(read_aniposelib, ("opencv5", "fisheye")),
    "pose2sim": Format(read_aniposelib, ("opencv5",)),
    "caliscope": Format(read_caliscope, ("opencv5", "fisheye")),
    "freemocap": Format(read_aniposelib, ("opencv5", "fisheye"), units_per_meter=1000),
    "easymocap": Format(read_easymocap, ("opencv5",)),
    "jarvis": Format(read_jarvis, ("opencv5",), units_per_meter=1000),
    "qualisys": Format(read_qualisys, ("opencv5",), units_per_meter=1000),
    "dlt": Format(read_dlt, ("opencv5",), expected=undistorted),
    "argus": Format(read_argus, ("opencv5",), expected=undistorted),
    "blender": Format(read_blender, ("opencv5",), expected=undistorted),
    "gltf": Format(read_gltf, ("opencv5",), expected=centered),
    "urdf": Format(read_urdf, ("opencv5", "fisheye")),
    "ros-tf": Format(read_ros_tf, ("opencv5", "fisheye")),
}


def check_format(rig, name, form):
    try:
        lenses = form.read(rig, rig.export(name))
    except ImportError as error:
        return f"{name} in {error.name}"
    rig.check(f"the format {name}, as it is documented",
              lambda camera, points: lenses[camera].pixels(form.units_per_meter * points), form.frame, form.expected)
    return None


# The tools themselves. Each returns its name if it is not installed.


def check_mrcal(rig):
    if rig.model == "fisheye":
        return None
    try:
        import mrcal
    except ImportError:
        return "mrcal"
    folder = rig.export("mrcal")
    models = {name: mrcal.cameramodel(str(folder / f"{name}.cameramodel")) for name in rig.views}
    rig.check("mrcal", lambda name, points: mrcal.project(
        mrcal.transform_point_rt(models[name].extrinsics_rt_fromref(), points), *models[name].intrinsics()))
    files = [rig.folder / f"{name}.cameramodel" for name in models]
    for file, model in zip(files, models.values()):
        model.write(str(file))
    rig.check_import("mrcal", files)
    return None


def check_colmap(rig):
    """COLMAP reads the model and writes it again."""
    if not shutil.which("colmap"):
        return "colmap model_converter"
    folder, out = rig.folder / "colmap", rig.folder / "colmap_out"
    out.mkdir()
    subprocess.run(["colmap", "model_converter", "--input_path", folder, "--output_path", out, "--output_type", "TXT"],
                   check=True, capture_output=True)
    as_numbers = lambda words: [float(word) if re.fullmatch(r"[-+.\de]+", word) else word for word in words]
    for file in ("cameras.txt", "images.txt"):
        for written, read in zip(numbers(folder / file), sorted(numbers(out / file))):
            for a, b in zip(as_numbers(written), as_numbers(read)):
                assert a == b or abs(a - b) < 1e-12 * max(1, abs(a)), f"{a} and {b} in {file}"
    print(f"{rig.name} in colmap: the same cameras and poses")
    return None


BLENDER_SCRIPT = """
import json, sys
import bpy, mathutils
from bpy_extras.object_utils import world_to_camera_view
names, path = json.loads(sys.argv[-2]), sys.argv[-1]
scene, found = bpy.context.scene, {}
bpy.context.view_layer.update()
for name, ((width, height), aspect, points) in names.items():
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.pixel_aspect_x, scene.render.pixel_aspect_y = max(1, aspect), max(1, 1 / aspect)
    seen = [world_to_camera_view(scene, bpy.data.objects[name], mathutils.Vector(point)) for point in points]
    found[name] = [[u * width - 0.5, (1 - v) * height - 0.5] for u, v, _ in seen]
open(path, "w").write(json.dumps(found))
"""


def check_blender(rig):
    """Blender runs the script, and projects points itself."""
    if not shutil.which("blender"):
        return "blender"
    cameras = {}
    for name, (points, _) in rig.views.items():
        K = rig.lens(name).K
        in_world = points[:20] @ rig.T_world_rig[:3, :3].T + rig.T_world_rig[:3, 3]
        cameras[name] = (rig.truth["cameras"][name]["image_size"], K[1, 1] / K[0, 0], in_world.tolist())
    script, result = rig.folder / "project.py", rig.folder / "blender.json"
    script.write_text(BLENDER_SCRIPT)
    subprocess.run(["blender", "--background", "--factory-startup", "--python-exit-code", "1", "--python",
                    rig.folder / "blender", "--python", script, "--", json.dumps(cameras), result],
                   check=True, capture_output=True)
    for name, pixels in json.loads(result.read_text()).items():
        error = np.abs(undistorted(rig.lens(name)).pixels(rig.views[name][0][:20]) - pixels).max()
        assert error < BLENDER_TOLERANCE_PX, f"{rig.name} in Blender: camera {name} is {error:.3g} px away"
    print(f"{rig.name} in Blender: the same pixels within {BLENDER_TOLERANCE_PX} px")
    return None


def check_urdf(rig):
    if not shutil.which("check_urdf"):
        return "check_urdf"
    done = subprocess.run(["check_urdf", rig.folder / "urdf"], capture_output=True, text=True)
    assert done.returncode == 0 and all(f"{name}_optical_frame" in done.stdout for name in rig.views), done.stdout
    print(f"{rig.name} in check_urdf: all frames")
    return None


def check_ros_parser(rig):
    """ROS reads the same numbers as PyYAML."""
    try:
        import camera_calibration_parsers
    except ImportError:
        return "ROS's camera_calibration_parsers"
    for name, lens in read_ros(rig, rig.folder / "ros").items():
        read_name, info = camera_calibration_parsers.readCalibration(str(rig.folder / "ros" / f"{name}.yaml"))
        assert read_name == name and [info.width, info.height] == rig.truth["cameras"][name]["image_size"]
        assert np.array_equal(info.K, lens.K.ravel()) and np.array_equal(info.D, lens.D.ravel())
    print(f"{rig.name} in ROS's camera_calibration_parsers: the same numbers")
    return None


GLTF_SCRIPT = """
const bytes = new Uint8Array(require("fs").readFileSync(process.argv[1]));
require("gltf-validator").validateBytes(bytes).then(report => process.stdout.write(JSON.stringify(report.issues)));
"""


def check_gltf_validator(rig):
    """The validator of Khronos, an npm package that NODE_PATH finds."""
    node = shutil.which("node")
    if not node or subprocess.run([node, "-e", 'require("gltf-validator")'], capture_output=True).returncode != 0:
        return "npm's gltf-validator"
    done = subprocess.run([node, "-e", GLTF_SCRIPT, rig.folder / "gltf"], check=True, capture_output=True, text=True)
    issues = json.loads(done.stdout)
    assert issues["numErrors"] == issues["numWarnings"] == 0, done.stdout
    print(f"{rig.name} in gltf-validator: no errors and no warnings")
    return None


def main():
    program, left_out = pathlib.Path(sys.argv[1]), set()
    with tempfile.TemporaryDirectory() as folder:
        for model, fov_deg, cameras, in_world in (("opencv5", 75, 2, False), ("opencv8", 75, 2, False),
                                                  ("fisheye", 100, 2, False), ("opencv5", 75, 3, True),
                                                  ("fisheye", 100, 3, True)):
            rig = Rig(program, folder, model, fov_deg, cameras, in_world)
            check_opencv(rig, "opencv", "yml", "yml", "xml")
            check_opencv(rig, "opencv-json", "json", "json")
            left_out |= {check_format(rig, name, form) for name, form in FORMATS.items() if model in form.models}
            left_out |= {check_mrcal(rig), check_colmap(rig), check_ros_parser(rig)}
            if model == "opencv5" and in_world:
                left_out |= {check_blender(rig), check_urdf(rig), check_gltf_validator(rig)}
    for tool in sorted(left_out - {None}):
        print(f"LEFT OUT, not installed: {tool}")


if __name__ == "__main__":
    main()
