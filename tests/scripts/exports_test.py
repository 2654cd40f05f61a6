#!/usr/bin/env python3
"""Proves the exports in the tools that they are for: each projects the same corners to the same pixels.

usage: exports_test.py PROGRAM      needs python3-opencv; says which further tools it had to leave out
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import cv2
    import numpy as np
except ImportError:  # Debian's python3-opencv belongs to Debian's own Python
    if sys.executable == "/usr/bin/python3":
        sys.exit("the exports are proved with the package python3-opencv")
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

# observations.yaml holds pixels to 1e-6: half of that is rounded away.
TOLERANCE_PX = 1e-6


class Rig:
    """A synthetic rig with its true corners, and calib to export it."""

    def __init__(self, program, folder, model, fov_deg):
        self.program, self.folder = program, pathlib.Path(folder) / model
        self.run("synth", "--cameras", "2", "--arrangement", "line", "--frames", "4", "--size", "640x480",
                 "--model", model, "--fov-deg", str(fov_deg), "--board", "8x5", "--square", "40mm", "-o", self.folder)
        self.run("export", self.folder / "truth.yaml", "--format", "json", "-o", self.folder / "truth.json")
        self.truth = json.loads((self.folder / "truth.json").read_text())
        self.views = self.read_views()

    def run(self, *arguments):
        command = [str(argument) for argument in (self.program, *arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"$ {' '.join(command)}\nexit code {done.returncode}\n{done.stderr}")

    def export(self, kind):
        path = self.folder / kind
        self.run("export", self.folder / "truth.yaml", "--format", kind, "-o", path)
        return path

    def check_import(self, what, files):
        """calib reads what the other tool wrote of the rig, whose digits it may have rounded."""
        imported = self.folder / f"imported_{files[0].suffix[1:]}.yaml"
        self.run("import", *files, "-o", imported)
        self.run("compare", imported, self.folder / "truth.yaml", "--max-px", "1e-5")
        print(f"{self.folder.name} as {what} writes it: imported within 1e-5 px")

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
        assert all(len(points) > 100 for points, _ in views.values())
        return {name: (np.array(points), np.array(pixels)) for name, (points, pixels) in views.items()}

    def check(self, what, project):
        """project(camera's name, points in the rig's frame) gives the true pixels."""
        for name, (points, pixels) in self.views.items():
            error = np.abs(project(name, points) - pixels).max()
            if not error < TOLERANCE_PX:
                sys.exit(f"{what}: camera {name} projects {error:.3g} px away from calib")
        print(f"{self.folder.name} in {what}: the same pixels within {TOLERANCE_PX} px")


def load(path, *keys):
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
    assert storage.isOpened(), path
    matrices = [storage.getNode(key).mat() for key in keys]
    for key, matrix in zip(keys, matrices):
        assert matrix is not None, f"{path}: {key}"
    return matrices


def opencv_pixels(points, T_cam_rig, K, D, is_fisheye):
    rotation, translation = cv2.Rodrigues(T_cam_rig[:3, :3])[0], T_cam_rig[:3, 3]
    project = cv2.fisheye.projectPoints if is_fisheye else cv2.projectPoints
    return project(points.reshape(-1, 1, 3), rotation, translation, K, D)[0].reshape(-1, 2)


def check_opencv(rig, kind, ending):
    folder, is_fisheye = rig.export(kind), rig.folder.name == "fisheye"
    storage = cv2.FileStorage(str(folder / f"poses.{ending}"), cv2.FILE_STORAGE_READ)
    cameras = storage.getNode("cameras")
    poses = {cameras.at(i).getNode("camera_name").string(): cameras.at(i).getNode("T_cam_rig").mat()
             for i in range(cameras.size())}

    def project(name, points):
        K, D = load(folder / f"{name}.{ending}", "camera_matrix", "distortion_coefficients")
        return opencv_pixels(points, poses[name], K, D, is_fisheye)

    rig.check(f"OpenCV's FileStorage ({ending})", project)
    check_pair(rig, folder, ending, is_fisheye, poses)
    rig.check_import(f"OpenCV's FileStorage ({ending})", [write_opencv(rig, folder, name, ending) for name in poses])


def write_opencv(rig, folder, name, ending):
    """A camera's file by OpenCV itself."""
    path = rig.folder / f"{name}.{ending}"
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    for key, value in zip(("image_width", "image_height"), rig.truth["cameras"][name]["image_size"]):
        storage.write(key, value)
    storage.write("fisheye_model", int(rig.folder.name == "fisheye"))
    for key in ("camera_matrix", "distortion_coefficients"):
        storage.write(key, load(folder / f"{name}.{ending}", key)[0])
    storage.release()
    return path


def check_pair(rig, folder, ending, is_fisheye, poses):
    M1, D1, M2, D2 = load(folder / f"intrinsics.{ending}", "M1", "D1", "M2", "D2")
    R, T, R1, R2, P1, P2, Q = load(folder / f"extrinsics.{ending}", "R", "T", "R1", "R2", "P1", "P2", "Q")
    left, right = (poses[name] for name in rig.views)
    T_right_left = np.vstack([np.hstack([R, T]), [0, 0, 0, 1]])
    assert np.allclose(T_right_left @ left, right, atol=1e-9)
    # Rectified rows agree, and disparities give the points back through Q.
    points = rig.views[next(iter(rig.views))][0]
    pixels = [opencv_pixels(points, pose, K, D, is_fisheye) for pose, K, D in ((left, M1, D1), (right, M2, D2))]
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
    print(f"{rig.folder.name} in OpenCV's stereo files ({ending}): rows align, Q gives the points back")


def check_ros(rig):
    try:
        import yaml
    except ImportError:
        return "ROS's files in PyYAML"
    folder = rig.export("ros")
    pose = {name: np.array(camera["T_cam_rig"], float) for name, camera in rig.truth["cameras"].items()}
    infos = {name: yaml.safe_load((folder / f"{name}.yaml").read_text()) for name in pose}
    matrix = lambda node: np.array(node["data"], float).reshape(node["rows"], node["cols"])
    rig.check("ROS's files, read by PyYAML", lambda name, points: opencv_pixels(
        points, pose[name], matrix(infos[name]["camera_matrix"]), matrix(infos[name]["distortion_coefficients"]),
        infos[name]["distortion_model"] == "equidistant"))
    left, right = (matrix(info["projection_matrix"]) for info in infos.values())
    baseline = np.linalg.norm((pose["cam1"] @ np.linalg.inv(pose["cam0"]))[:3, 3])
    assert left[0, 3] == 0 and abs(right[0, 3] + right[0, 0] * baseline) < 1e-9
    return None


def check_aniposelib(rig):
    try:
        import tomllib
    except ImportError:
        return "aniposelib's TOML in tomllib (Python 3.11)"
    cameras = tomllib.loads(rig.export("aniposelib").read_text())
    by_name = {camera["name"]: camera for section, camera in cameras.items() if section != "metadata"}

    def project(name, points):
        camera = by_name[name]
        T_cam_rig = np.eye(4)
        T_cam_rig[:3, :3] = cv2.Rodrigues(np.array(camera["rotation"]))[0]
        T_cam_rig[:3, 3] = camera["translation"]
        K, D = (np.array(camera[key], float) for key in ("matrix", "distortions"))
        return opencv_pixels(points, T_cam_rig, K, D, camera.get("fisheye", False))

    rig.check("aniposelib's TOML, read by tomllib", project)
    return None


def check_nerfstudio(rig):
    frames = json.loads(rig.export("nerfstudio").read_text())["frames"]
    by_name = {pathlib.Path(frame["file_path"]).stem: frame for frame in frames}

    def project(name, points):
        frame = by_name[name]
        is_fisheye = frame["camera_model"] == "OPENCV_FISHEYE"
        T_rig_gl = np.array(frame["transform_matrix"])
        T_cam_rig = np.diag([1, -1, -1, 1]) @ np.linalg.inv(T_rig_gl)
        K = np.array([[frame["fl_x"], 0, frame["cx"] - 0.5], [0, frame["fl_y"], frame["cy"] - 0.5], [0, 0, 1]])
        keys = ("k1", "k2", "k3", "k4") if is_fisheye else ("k1", "k2", "p1", "p2", "k3")
        return opencv_pixels(points, T_cam_rig, K, np.array([frame[key] for key in keys]), is_fisheye)

    rig.check("nerfstudio's JSON, turned back", project)


def check_kalibr(rig):
    try:
        import yaml
    except ImportError:
        return "Kalibr's chain in PyYAML"
    by_name, T_cam_rig = {}, np.eye(4)
    for camera in yaml.safe_load(rig.export("kalibr").read_text()).values():
        T_cam_rig = np.array(camera.get("T_cn_cnm1", np.eye(4)), float) @ T_cam_rig
        by_name[camera["rostopic"].split("/")[1]] = (camera, T_cam_rig)

    def project(name, points):
        camera, pose = by_name[name]
        assert camera["camera_model"] == "pinhole"
        fu, fv, pu, pv = camera["intrinsics"]
        return opencv_pixels(points, pose, np.array([[fu, 0, pu], [0, fv, pv], [0, 0, 1]], float),
                             np.array(camera["distortion_coeffs"], float), camera["distortion_model"] == "equidistant")

    rig.check("Kalibr's chain, read by PyYAML", project)
    return None


def quaternion_pose(w, x, y, z, *translation):
    angle = 2 * np.arctan2(np.linalg.norm([x, y, z]), w)
    axis = np.array([x, y, z]) / max(np.linalg.norm([x, y, z]), 1e-300)
    pose = np.eye(4)
    pose[:3, :3] = cv2.Rodrigues(angle * axis)[0]
    pose[:3, 3] = translation
    return pose


def check_basalt(rig):
    value = json.loads(rig.export("basalt").read_text())["value0"]

    def project(name, points):
        i = list(rig.views).index(name)
        assert value["intrinsics"][i]["camera_type"] == "kb4"
        lens, pose = value["intrinsics"][i]["intrinsics"], value["T_imu_cam"][i]
        T_rig_cam = quaternion_pose(*(pose[key] for key in ("qw", "qx", "qy", "qz", "px", "py", "pz")))
        K = np.array([[lens["fx"], 0, lens["cx"]], [0, lens["fy"], lens["cy"]], [0, 0, 1]])
        D = np.array([lens[key] for key in ("k1", "k2", "k3", "k4")])
        return opencv_pixels(points, np.linalg.inv(T_rig_cam), K, D, True)

    rig.check("Basalt's JSON", project)


def numbers(path):
    return [line.split() for line in path.read_text().splitlines() if line and not line.startswith("#")]


def check_colmap_text(rig):
    """The columns as COLMAP's documentation has them; its pixels are counted from the corner."""
    folder = rig.export("colmap")
    cameras = {row[0]: row for row in numbers(folder / "cameras.txt")}
    images = {pathlib.Path(row[9]).stem: row for row in numbers(folder / "images.txt")}

    def project(name, points):
        image = images[name]
        fx, fy, cx, cy, *distortion = (float(word) for word in cameras[image[8]][4:])
        K = np.array([[fx, 0, cx - 0.5], [0, fy, cy - 0.5], [0, 0, 1]])
        return opencv_pixels(points, quaternion_pose(*(float(word) for word in image[1:8])), K, np.array(distortion),
                             cameras[image[8]][1] == "OPENCV_FISHEYE")

    rig.check("COLMAP's text, turned back", project)
    return folder


def check_mrcal(rig):
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
    """COLMAP itself reads the model and writes it again."""
    folder = check_colmap_text(rig)
    if not shutil.which("colmap"):
        return "colmap model_converter"
    out = rig.folder / "colmap_out"
    out.mkdir()
    subprocess.run(["colmap", "model_converter", "--input_path", folder, "--output_path", out, "--output_type", "TXT"],
                   check=True, capture_output=True)
    for written, read in zip(numbers(folder / "cameras.txt"), sorted(numbers(out / "cameras.txt"))):
        assert written[:4] == read[:4] and np.allclose([float(w) for w in written[4:]], [float(r) for r in read[4:]])
    print(f"{rig.folder.name} in colmap: the same cameras")
    return None


def main():
    program, left_out = pathlib.Path(sys.argv[1]), set()
    with tempfile.TemporaryDirectory() as folder:
        for model, fov_deg in (("opencv5", 75), ("opencv8", 75), ("fisheye", 100)):
            rig = Rig(program, folder, model, fov_deg)
            check_opencv(rig, "opencv", "yml")
            check_opencv(rig, "opencv-json", "json")
            left_out |= {check_ros(rig), check_colmap(rig)}
            if model != "opencv8":
                left_out.add(check_aniposelib(rig))
                check_nerfstudio(rig)
            if model == "fisheye":
                left_out.add(check_kalibr(rig))
                check_basalt(rig)
            else:
                left_out.add(check_mrcal(rig))
    for tool in sorted(left_out - {None}):
        print(f"LEFT OUT, not installed: {tool}")


if __name__ == "__main__":
    main()
