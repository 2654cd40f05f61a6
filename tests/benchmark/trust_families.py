"""Random rigs with known truth, each with one kind of fault that real recordings have.

A draw is a Recording: cameras, a board, frames, and functions that a family replaces to build its
fault in: the shape of the board, the lens and the pose of a camera at a frame, the time at which a
camera takes a frame, and the errors of the corners. FAMILIES lists all of them; those whose name
starts with `clean` have no fault.
"""

import math

import numpy as np

MODELS = {"pinhole": 0, "opencv4": 4, "opencv5": 5, "opencv8": 8, "fisheye": 4}


def rotation(vector):
    """The rotation matrix of a rotation vector."""
    angle = np.linalg.norm(vector)
    if angle == 0:
        return np.eye(3)
    x, y, z = vector / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + math.sin(angle) * k + (1 - math.cos(angle)) * k @ k


class Lens:
    def __init__(self, model, size, f, c, d):
        self.model, self.size = model, size
        self.f, self.c, self.d = np.array(f, float), np.array(c, float), list(d)

    def changed(self, zoom=1.0, shift=(0.0, 0.0)):
        return Lens(self.model, self.size, self.f * zoom, self.c + np.array(shift), self.d)

    def project(self, p):
        z = np.where(p[:, 2] > 1e-6, p[:, 2], np.nan)
        x, y = p[:, 0] / z, p[:, 1] / z
        if self.model == "fisheye":
            r = np.hypot(x, y)
            angle = np.arctan(r)
            square = angle**2
            k = self.d
            bent = angle * (1 + square * (k[0] + square * (k[1] + square * (k[2] + square * k[3]))))
            scale = np.where(r > 1e-12, bent / np.maximum(r, 1e-12), 1)
            x, y = x * scale, y * scale
        else:
            d = self.d + [0] * (8 - len(self.d))
            r2 = x * x + y * y
            radial = (1 + r2 * (d[0] + r2 * (d[1] + r2 * d[4]))) / (
                1 + r2 * (d[5] + r2 * (d[6] + r2 * d[7])))
            x, y = (x * radial + 2 * d[2] * x * y + d[3] * (r2 + 2 * x * x),
                    y * radial + d[2] * (r2 + 2 * y * y) + 2 * d[3] * x * y)
        return np.stack([self.f[0] * x + self.c[0], self.f[1] * y + self.c[1]], 1)


class Recording:
    """A random rig that films a board. Times are in frames."""

    def __init__(self, rng, cameras=None, frames=None, moving=False, roll=math.pi, model="opencv5"):
        self.rng, self.moving = rng, moving
        self.fit, self.roll = model, roll
        cameras = cameras or int(rng.integers(2, 5))
        self.size = [(640, 480), (1280, 720), (1920, 1080)][rng.integers(3)]
        self.board = [(9, 6), (11, 8), (8, 5), (10, 7)][rng.integers(4)]
        self.square = rng.uniform(0.02, 0.05)
        self.noise = math.exp(rng.uniform(math.log(0.02), math.log(0.12)))
        self.distance = 1.6 * self.square * max(self.board) * rng.uniform(1.0, 1.6)
        self.lenses = [self.draw_lens() for _ in range(cameras)]
        self.poses = self.draw_poses(cameras)
        self.count = frames or int(rng.integers(18, 50))
        self.waves = [(rng.uniform(0.02, 0.09), rng.uniform(0, 2 * math.pi)) for _ in range(18)]
        self.still = [self.draw_pose() for _ in range(self.count)]
        self.speed = 1.0
        self.repeat = 1   # how many frames show the same board pose
        self.told = None  # (codes, cameras, first frame) that some finding must name
        # What a family replaces.
        self.shape = lambda points, frame: points
        self.lens_at = lambda camera, frame: self.lenses[camera]
        self.pose_at = lambda camera, frame: self.poses[camera]
        self.time_of = lambda camera, frame, pixels: frame
        self.blur = self.independent_noise
        self.edit = lambda views: views

    def draw_lens(self):
        width, height = self.size
        f = width * self.rng.uniform(0.7, 1.1)
        d = [self.rng.uniform(-0.3, -0.05), self.rng.uniform(0.02, 0.1), *self.rng.normal(0, 3e-4, 2),
             self.rng.normal(0, 0.01)]
        return Lens("opencv5", self.size, (f, f * (1 + self.rng.normal(0, 1e-3))),
                    (width / 2 + self.rng.normal(0, 0.01 * width),
                     height / 2 + self.rng.normal(0, 0.01 * height)), d)

    def draw_poses(self, cameras):
        """(R, t) of T_cam_rig: on an arc around the middle of the scene; cam0 is the reference."""
        middle = np.array([0, 0, self.distance])
        step = self.step = self.rng.uniform(0.15, 0.5)
        poses = []
        for i in range(cameras):
            turn = rotation(np.array([self.rng.normal(0, 0.04), -step * i, self.rng.normal(0, 0.04)]))
            center = middle - turn.T @ middle * self.rng.uniform(0.95, 1.05)
            poses.append((turn, -turn @ center))
        poses[0] = (np.eye(3), np.zeros(3))
        return poses

    def draw_pose(self):
        """(R, t) of T_rig_board for a board that is held still for each picture."""
        turn = rotation(self.rng.uniform(-0.55, 0.55, 3) * [1, 1, 0]) @ rotation(
            np.array([0, 0, self.rng.uniform(-1, 1) * self.roll]))
        along = rotation(np.array([0, self.step * (len(self.poses) - 1) / 2, 0]))
        place = np.array([*self.rng.uniform(-0.22, 0.22, 2), self.rng.uniform(0.8, 1.15)])
        return along @ turn, place * self.distance

    def moving_pose(self, time):
        def wave(i, size):
            rate, phase = self.waves[i]
            return size * math.sin(rate * self.speed * 2 * math.pi * time + phase)
        turn = rotation(np.array([wave(0, 0.45), wave(1, 0.45), 0])) @ rotation(
            np.array([0, 0, wave(2, 0.9 * min(1, self.roll))]))
        place = np.array([wave(3, 0.17) + wave(6, 0.05), wave(4, 0.14) + wave(7, 0.05),
                          0.97 + wave(5, 0.13)])
        return turn, place * self.distance

    def board_pose(self, time):
        if self.moving:
            return self.moving_pose(time)
        return self.still[int(round(time)) % self.count]

    def points(self):
        columns, rows = self.board
        ids = np.arange(columns * rows)
        return np.stack([ids % columns * self.square, ids // columns * self.square,
                         np.zeros(len(ids))], 1)

    def seen(self, camera, frame, time):
        """Board points at one time, through the camera as it is at the frame."""
        middle = self.square * (np.array([*self.board, 1]) - 1) / 2
        turn, place = self.board_pose(time)
        in_rig = (self.shape(self.points(), frame) - middle) @ turn.T + place
        pose = self.pose_at(camera, frame)
        return self.lens_at(camera, frame).project(in_rig @ pose[0].T + pose[1])

    def exact(self, camera, frame):
        times = self.time_of(camera, frame, None)
        pixels = self.seen(camera, frame, times)
        moved = self.time_of(camera, frame, pixels)
        if np.ndim(moved) == 0:
            return pixels
        for _ in range(3):  # each corner has the time of its line
            pixels = np.array([self.seen(camera, frame, t)[i] for i, t in enumerate(moved)])
            moved = self.time_of(camera, frame, pixels)
        return pixels

    def independent_noise(self, pixels, camera, frame):
        """Noisy pixels and the sigma that is stated for each."""
        sigma = self.noise * np.exp(self.rng.normal(0, 0.2, len(pixels)))
        return pixels + self.rng.normal(0, 1, pixels.shape) * sigma[:, None], sigma

    def views(self):
        """(camera, frame, ids, pixels, sigmas) of all views."""
        views = []
        for camera in range(len(self.poses)):
            for frame in range(self.count):
                pixels = self.exact(camera, frame)
                noisy, sigma = self.blur(pixels, camera, frame)
                inside = np.all(np.isfinite(noisy), 1) & np.all(noisy > 2, 1) & np.all(
                    noisy < np.array(self.size) - 3, 1)
                if inside.sum() >= 0.6 * len(pixels):
                    views.append((camera, frame, np.flatnonzero(inside), noisy[inside],
                                  sigma[inside]))
        return self.edit(views)


def between(rng, low, high):
    """A size between two values, evenly on a logarithmic scale, with a random sign."""
    return math.exp(rng.uniform(math.log(low), math.log(high))) * rng.choice([-1, 1])


FAMILIES = {}
CHANGES = ("camera_moved", "lens_changed")
MOVED, ZOOMED = CHANGES[:1], CHANGES[1:]


def family(make):
    FAMILIES[make.__name__] = make
    return make


# Without a fault ------------------------------------------------------------------------------

@family
def clean_photos(rng):
    return Recording(rng)


@family
def clean_video(rng):
    return Recording(rng, moving=True, frames=int(rng.integers(40, 90)))


@family
def clean_small_roll(rng):
    return Recording(rng, roll=0.35)


@family
def clean_many_frames(rng):
    return Recording(rng, frames=120)


@family
def clean_fewer_parameters(rng):
    r = Recording(rng, model="opencv8")
    return r


@family
def clean_few_views(rng):
    return Recording(rng, frames=int(rng.integers(6, 13)))


@family
def clean_half_seen(rng):
    """One camera sees the board in one half of its picture only."""
    r, who = Recording(rng, frames=60), int(rng.integers(2))
    r.edit = lambda views: [v for v in views if v[0] != who or v[3][:, 0].mean() < 0.5 * r.size[0]]
    return r


# The board ------------------------------------------------------------------------------------

def stretched(recording, x=1.0, y=1.0):
    recording.shape = lambda points, frame: points * [x, y, 1]
    return recording


def bowed(recording, heights):
    """heights(u, v): meters above the plane for u and v from -1 to 1."""
    size = recording.square * (np.array(recording.board) - 1)

    def shape(points, frame):
        u, v = (2 * points[:, :2] / size - 1).T
        return points + np.stack([0 * u, 0 * u, heights(u, v, frame)], 1)
    recording.shape = shape
    return recording


@family
def printer_scale(rng):
    size = 1 + between(rng, 0.001, 0.01)
    return stretched(Recording(rng), **{rng.choice(["x", "y"]): size})


@family
def printer_scale_unrolled(rng):
    size = 1 + between(rng, 0.001, 0.01)
    return stretched(Recording(rng, roll=0.08), **{rng.choice(["x", "y"]): size})


@family
def one_dimension_wrong(rng):
    size = 1 + between(rng, 0.02, 0.1)
    return stretched(Recording(rng), **{rng.choice(["x", "y"]): size})


@family
def half_of_the_board_scaled(rng):
    """The print is of another scale in one half: two sheets, or a printer that slipped."""
    r, size = Recording(rng), between(rng, 0.001, 0.01)
    middle = r.square * (r.board[0] - 1) / 2
    r.shape = lambda points, frame: points + size * np.maximum(
        0, points[:, :1] - middle) * [1, 0, 0]
    return r


@family
def bent(rng):
    a, kind = between(rng, 0.0003, 0.005), rng.integers(3)
    return bowed(Recording(rng), [lambda u, v, f: a * u * u, lambda u, v, f: a * v * v,
                                  lambda u, v, f: a * (u * u + v * v) / 2][kind])


@family
def twisted(rng):
    a = between(rng, 0.0003, 0.004)
    return bowed(Recording(rng), lambda u, v, f: a * u * v)


@family
def uneven(rng):
    r = Recording(rng)
    heights = abs(between(rng, 0.00005, 0.0006)) * rng.normal(0, 1, r.board[0] * r.board[1])
    return bowed(r, lambda u, v, f: heights)


@family
def s_shaped(rng):
    a = between(rng, 0.0003, 0.003)
    return bowed(Recording(rng), lambda u, v, f: a * np.sin(math.pi * u))


@family
def flexing(rng):
    r = Recording(rng)
    bends = abs(between(rng, 0.0003, 0.003)) * rng.normal(0, 1, (r.count, 2))
    return bowed(r, lambda u, v, f: bends[f][0] * u * u + bends[f][1] * v * v)


@family
def board_size_changed(rng):
    r, size, k = Recording(rng), 1 + between(rng, 0.002, 0.03), rng.uniform(0.3, 0.7)
    r.shape = lambda points, frame: points * (size if frame > k * r.count else 1)
    return r


@family
def sagging(rng):
    """The board sags under its own weight: the more, the flatter it is held."""
    r = Recording(rng)
    a, flatness = between(rng, 0.0005, 0.005), rng.uniform(0, 1, r.count)
    return bowed(r, lambda u, v, f: a * flatness[f] * (u * u + v * v) / 2)


@family
def two_prints(rng):
    """Two prints of the board, of slightly other sizes, are filmed in turn."""
    r, size = Recording(rng), 1 + between(rng, 0.002, 0.02)
    second = drawn_frames(rng, r.count)
    r.shape = lambda points, frame: points * (size if second[frame] else 1)
    return r


@family
def board_under_glass(rng):
    """A plate of glass or acrylic lies on the print."""
    r = Recording(rng)
    thickness = rng.uniform(0.001, 0.006)
    middle = r.square * (np.array([*r.board, 1]) - 1) / 2

    def seen(camera, frame, time):
        turn, place = r.board_pose(time)
        pose = r.pose_at(camera, frame)
        center = -pose[0].T @ pose[1]
        points = r.points() - middle
        eye = turn.T @ (center - place)
        normal = np.array([0, 0, np.sign(eye[2])])
        rays = eye - points
        cosine = np.abs(rays[:, 2]) / np.linalg.norm(rays, axis=1)
        raised = thickness * (1 - cosine / np.sqrt(1.5**2 - 1 + cosine**2))
        in_rig = (points + raised[:, None] * normal) @ turn.T + place
        return r.lens_at(camera, frame).project(in_rig @ pose[0].T + pose[1])
    r.seen = seen
    return r


# Lenses ---------------------------------------------------------------------------------------

@family
def pinhole_for_mild_distortion(rng):
    r = Recording(rng, model="pinhole")
    for lens in r.lenses:
        lens.d = [rng.uniform(-0.03, -0.003), 0, 0, 0, 0]
    return r


@family
def opencv5_for_rational(rng):
    r = Recording(rng, model=rng.choice(["opencv4", "opencv5"]))
    for lens in r.lenses:
        lens.f *= 0.7
        a = rng.uniform(0.2, 0.8)
        lens.d = [a, 0.05, 0, 0, 0.005, a + rng.uniform(0.25, 0.45), 0.1, 0.01]
    return r


@family
def opencv5_for_fisheye(rng):
    r = Recording(rng, model=rng.choice(["opencv4", "opencv5"]))
    for lens in r.lenses:
        lens.model, lens.d = "fisheye", list(rng.normal(0, [0.05, 0.01, 0.003, 0.001]))
        lens.f *= 0.8
    return r


@family
def zoom_changed(rng):
    r, zoom, k = Recording(rng), 1 + between(rng, 0.0002, 0.03), rng.uniform(0.25, 0.75)
    who = rng.integers(len(r.poses))
    if abs(zoom - 1) >= 0.002:
        r.told = (ZOOMED, {f"cam{who}"}, k * r.count)
    r.lens_at = lambda c, f: r.lenses[c].changed(zoom if c == who and f > k * r.count else 1)
    return r


@family
def focus_breathing(rng):
    r, size = Recording(rng), abs(between(rng, 0.0002, 0.003))
    zooms = 1 + size * rng.normal(0, 1, (len(r.poses), r.count))
    r.lens_at = lambda c, f: r.lenses[c].changed(zooms[c][f])
    return r


@family
def stabilizer_jitter(rng):
    r, size = Recording(rng), abs(between(rng, 0.1, 2))
    shifts = size * rng.normal(0, 1, (r.count, 2))
    who = rng.integers(len(r.poses))
    r.lens_at = lambda c, f: r.lenses[c].changed(shift=shifts[f] if c == who else (0, 0))
    return r


@family
def autofocus_hunting(rng):
    """Two cameras focus back and forth."""
    r, size = Recording(rng), abs(between(rng, 0.0005, 0.01))
    rates, phases = rng.uniform(0.02, 0.3, len(r.poses)), rng.uniform(0, 2 * math.pi, len(r.poses))
    hunting = rng.permutation(len(r.poses))[:2]
    r.lens_at = lambda c, f: r.lenses[c].changed(
        1 + size * math.sin(2 * math.pi * rates[c] * f + phases[c]) * (c in hunting))
    return r


class BehindGlass(Lens):
    """A lens behind a plate of glass, which brings points nearer along its normal. The center of
    the camera is where the rays near the axis come from."""

    def __init__(self, lens, normal, thickness):
        super().__init__(lens.model, lens.size, lens.f, lens.c, lens.d)
        self.normal, self.thickness = normal, thickness

    def nearer(self, rays):
        cosine = rays @ self.normal
        return self.thickness * (1 - cosine / np.sqrt(1.5**2 - 1 + cosine**2))

    def project(self, p):
        on_axis, seen = self.nearer(np.array([[0, 0, 1]])), p
        for _ in range(4):
            rays = seen / np.linalg.norm(seen, axis=1)[:, None]
            seen = p - (self.nearer(rays) - on_axis)[:, None] * self.normal
        return super().project(seen)


@family
def glass_plate(rng):
    """One camera looks through a plate of glass, up to 30 degrees aslant."""
    r, who = Recording(rng), rng.integers(0, 2)
    normal = rotation(rng.uniform(-0.4, 0.4, 3)) @ np.array([0, 0, 1])
    r.lenses[who] = BehindGlass(r.lenses[who], normal, r.distance * rng.uniform(0.002, 0.02))
    return r


@family
def zoom_drifts(rng):
    r, zoom = Recording(rng), between(rng, 0.001, 0.02)
    who = rng.integers(len(r.poses))
    if abs(zoom) >= 0.002:
        r.told = (ZOOMED, {f"cam{who}"}, None)
    r.lens_at = lambda c, f: r.lenses[c].changed(1 + zoom * f / r.count if c == who else 1)
    return r


@family
def picture_shifted_by_a_crop(rng):
    r, shift, k = Recording(rng), between(rng, 1, 16), rng.uniform(0.3, 0.7)
    who = rng.integers(len(r.poses))
    r.lens_at = lambda c, f: r.lenses[c].changed(
        shift=(shift, 0) if c == who and f > k * r.count else (0, 0))
    return r


@family
def drop_on_a_lens(rng):
    """A drop or a smear bends a part of one camera's picture."""
    r, who = Recording(rng), rng.integers(2)
    size = r.noise * rng.uniform(2, 20)
    where, width = rng.uniform(0.25, 0.75, 2) * r.size, rng.uniform(0.08, 0.2) * r.size[0]

    def bend(pixels, c, f):
        off = pixels - where
        return (c == who) * size * off / width * np.exp(
            0.5 - (off**2).sum(1)[:, None] / (2 * width**2))
    return noisy(r, bend)


@family
def undistorted_in_part(rng):
    """From a frame on the pictures of one camera are undistorted by another tool."""
    r, who, k = Recording(rng), int(rng.integers(2)), rng.uniform(0.3, 0.7)
    lens = r.lenses[who]
    other = Lens(lens.model, lens.size, lens.f, lens.c, [0.0] * 5)
    r.told = (ZOOMED, {f"cam{who}"}, k * r.count)
    r.lens_at = lambda c, f: other if c == who and f > k * r.count else r.lenses[c]
    return r


# Poses ----------------------------------------------------------------------------------------

def turn_of(rng, low, high):
    axis = rng.normal(0, 1, 3) * [1, 1, 0.5]
    return math.radians(abs(between(rng, low, high)) / 1000) * axis / np.linalg.norm(axis)


def turned(recording, who, angle_of):
    """angle_of(frame): a rotation vector of camera `who`."""

    def pose(camera, frame):
        turn, place = recording.poses[camera]
        if camera != who:
            return turn, place
        extra = rotation(angle_of(frame))
        return extra @ turn, extra @ place
    recording.pose_at = pose
    return recording


@family
def camera_moved(rng):
    r, k = Recording(rng), rng.uniform(0.25, 0.75)
    mdeg = abs(between(rng, 20, 1000))
    axis = rng.normal(0, 1, 3) * [1, 1, 0.5]
    angle = math.radians(mdeg / 1000) * axis / np.linalg.norm(axis)
    who = rng.integers(1, len(r.poses))
    if mdeg >= 50:
        r.told = (MOVED, {f"cam{who}"}, k * r.count)
    return turned(r, who, lambda f: angle * (f > k * r.count))


@family
def slow_drift(rng):
    r, size = Recording(rng), math.radians(abs(between(rng, 30, 500)) / 1000)
    axis = rng.normal(0, 1, 3) * [1, 1, 0.5]
    angle = size * axis / np.linalg.norm(axis)
    return turned(r, rng.integers(1, len(r.poses)), lambda f: angle * (f / r.count - 0.5))


@family
def vibrating(rng):
    r = Recording(rng)
    angles = math.radians(abs(between(rng, 5, 200)) / 1000) * rng.normal(0, 1, (r.count, 3))
    return turned(r, rng.integers(1, len(r.poses)), lambda f: angles[f])


@family
def moved_for_a_while(rng):
    """A camera is pushed and put back later, almost where it was."""
    r, k, share = Recording(rng), rng.uniform(0.2, 0.5), rng.uniform(0.2, 0.35)
    who, angle = int(rng.integers(1, len(r.poses))), turn_of(rng, 50, 1000)
    r.told = (MOVED, {f"cam{who}"}, None)
    return turned(r, who, lambda f: angle * (k * r.count < f < (k + share) * r.count))


@family
def reference_moved(rng):
    r, k, angle = Recording(rng), rng.uniform(0.25, 0.75), turn_of(rng, 50, 1000)
    r.told = (MOVED, {"cam0"}, k * r.count)
    return turned(r, 0, lambda f: angle * (f > k * r.count))


@family
def bar_moved(rng):
    """Two of four cameras stand on one bar, which is pushed."""
    r, k, angle = Recording(rng, cameras=4), rng.uniform(0.25, 0.75), turn_of(rng, 50, 1000)
    r.told = ((*MOVED, "recordings_mixed"), set(), k * r.count)
    one, two = (int(i) for i in rng.permutation(4)[:2])
    extra = rotation(angle)
    center = -r.poses[one][0].T @ r.poses[one][1]

    def pose(camera, frame):
        turn, place = r.poses[camera]
        if camera not in (one, two) or frame <= k * r.count:
            return turn, place
        moved = turn @ extra.T  # the bar turns about the center of the first of them
        return moved, place + (turn - moved) @ center
    r.pose_at = pose
    return r


@family
def loose_mount(rng):
    """A camera tips between two positions."""
    r, angle = Recording(rng), turn_of(rng, 20, 500)
    who = int(rng.integers(1, len(r.poses)))
    second = rng.uniform(size=r.count) < rng.uniform(0.2, 0.5)
    return turned(r, who, lambda f: angle * second[f])


@family
def warming_up(rng):
    """A camera turns and zooms while it warms up, more and more slowly."""
    r, angle = Recording(rng), turn_of(rng, 30, 300)
    who = int(rng.integers(1, len(r.poses)))
    zoom, time = between(rng, 0.0005, 0.005), rng.uniform(0.1, 0.4) * r.count
    turned(r, who, lambda f: angle * math.exp(-f / time))
    r.lens_at = lambda c, f: r.lenses[c].changed(1 + zoom * math.exp(-f / time) * (c == who))
    return r


# Time -----------------------------------------------------------------------------------------

def film(rng, **options):
    r = Recording(rng, moving=True, frames=int(rng.integers(40, 80)), **options)
    r.speed = rng.uniform(0.3, 1.0)
    return r


@family
def subframe(rng):
    r, offset = film(rng), between(rng, 0.005, 0.5)
    who = rng.integers(1, len(r.poses))
    r.time_of = lambda c, f, pixels: f + (offset if c == who else 0)
    return r


@family
def frames_shifted_slow(rng):
    r, offset = film(rng), int(rng.integers(1, 4))
    r.speed = rng.uniform(0.03, 0.15)
    who = rng.integers(1, len(r.poses))
    r.time_of = lambda c, f, pixels: f + (offset if c == who else 0)
    return r


@family
def rolling_shutter(rng):
    r, readout = film(rng), abs(between(rng, 0.02, 0.8))
    r.time_of = lambda c, f, pixels: f + (
        0 if pixels is None else readout * (np.nan_to_num(pixels[:, 1]) / r.size[1] - 0.5))
    return r


@family
def frame_lost(rng):
    r, k = film(rng), rng.uniform(0.25, 0.75)
    who = rng.integers(1, len(r.poses))
    r.time_of = lambda c, f, pixels: f + (c == who and f > k * r.count)
    return r


@family
def times_jitter(rng):
    r, size = film(rng), abs(between(rng, 0.01, 0.3))
    offsets = size * rng.normal(0, 1, (len(r.poses), r.count))
    r.time_of = lambda c, f, pixels: f + offsets[c][f]
    return r


@family
def clock_drifts(rng):
    r, rate = film(rng), between(rng, 0.0005, 0.01)
    who = rng.integers(1, len(r.poses))
    r.time_of = lambda c, f, pixels: f * (1 + (rate if c == who else 0))
    return r


@family
def frozen_frames(rng):
    """The recorder shows the last picture again where it lost one."""
    r, share = film(rng), rng.uniform(0.03, 0.3)
    who, lost = int(rng.integers(len(r.poses))), rng.uniform(size=r.count) < share
    shown = [max([g for g in range(f + 1) if not lost[g]], default=f) for f in range(r.count)]
    r.time_of = lambda c, f, pixels: shown[f] if c == who else f
    return r


@family
def triggers_late(rng):
    """Some pictures of a camera are a frame late."""
    r, share = film(rng), rng.uniform(0.05, 0.5)
    who, late = int(rng.integers(len(r.poses))), rng.uniform(size=r.count) < share
    r.time_of = lambda c, f, pixels: f - int(late[f]) if c == who else f
    return r


@family
def interlaced(rng):
    """Every other line is half a frame later."""
    r = film(rng)
    r.speed *= rng.uniform(0.05, 0.5)
    who = int(rng.integers(len(r.poses)))
    r.time_of = lambda c, f, pixels: f if pixels is None or c != who else (
        f + 0.5 * (np.floor(np.nan_to_num(pixels[:, 1])) % 2))
    return r


# Labels ---------------------------------------------------------------------------------------

@family
def mirrored_frames(rng):
    r, share = Recording(rng), rng.uniform(0.1, 0.6)
    who = rng.integers(len(r.poses))
    r.told = (("pictures_turned",), {f"cam{who}"}, None)

    def edit(views):
        result = []
        for camera, frame, ids, pixels, sigma in views:
            if camera == who and rng.uniform() < share:
                columns = r.board[0]
                ids = ids // columns * columns + columns - 1 - ids % columns
                pixels = pixels * [-1, 1] + [r.size[0] - 1, 0]
                order = np.argsort(ids)
                ids, pixels, sigma = ids[order], pixels[order], sigma[order]
            result.append((camera, frame, ids, pixels, sigma))
        return result
    r.edit = edit
    return r


def alike(recording, share=0.005):
    """Gives all cameras lenses of one make: those of the first, a little different."""
    first, rng = recording.lenses[0], recording.rng
    recording.lenses = [Lens(first.model, first.size, first.f * (1 + share * rng.normal()),
                             first.c + rng.normal(0, 0.005 * first.size[0], 2),
                             np.array(first.d) * (1 + 0.02 * rng.normal(0, 1, len(first.d))))
                        for _ in recording.lenses]
    return recording


def swapped(recording, is_swapped):
    """Swaps the names of two cameras where is_swapped(frame)."""
    a, b = (int(i) for i in recording.rng.permutation(len(recording.poses))[:2])
    swap = {a: b, b: a}
    start = next(f for f in range(recording.count) if is_swapped(f))
    recording.told = (("names_swapped",), {f"cam{a}", f"cam{b}"}, start)
    recording.edit = lambda views: sorted(
        ((swap.get(v[0], v[0]) if is_swapped(v[1]) else v[0], *v[1:]) for v in views),
        key=lambda v: (v[0], v[1]))
    return recording


@family
def swapped_names(rng):
    r, k = Recording(rng), rng.uniform(0.3, 0.7)
    return swapped(r, lambda f: f > k * r.count)


@family
def swapped_names_of_like_cameras(rng):
    r, k = alike(Recording(rng)), rng.uniform(0.3, 0.7)
    return swapped(r, lambda f: f > k * r.count)


@family
def swapped_for_a_while(rng):
    r, k, share = Recording(rng), rng.uniform(0.1, 0.6), rng.uniform(0.15, 0.35)
    if rng.uniform() < 0.5:
        alike(r)
    return swapped(r, lambda f: k * r.count < f < (k + share) * r.count)


def drawn_frames(rng, count):
    """The frames of a second recording: those after some frame, every other one, or any."""
    kind, k = rng.integers(3), rng.uniform(0.3, 0.7)
    chosen = [np.arange(count) > k * count, np.arange(count) % 2 == 1, rng.uniform(size=count) < k]
    return chosen[kind]


def tell_of_mixing(recording):
    """Where one of two cameras has moved or has zoomed, the whole rig is another."""
    pair = CHANGES if len(recording.poses) == 2 else ()
    recording.told = (("recordings_mixed", *pair), set(), None)


def set_up_anew(r, second, others):
    """The cameras stand at the poses `others` in the second recording's frames."""
    tell_of_mixing(r)
    r.pose_at = lambda c, f: (others if second[f] else r.poses)[c]
    return r


@family
def mixed_rigs(rng):
    """Two recordings in one folder: the cameras were set up anew for the second."""
    r = Recording(rng)
    return set_up_anew(r, drawn_frames(rng, r.count), r.draw_poses(len(r.poses)))


@family
def mixed_rigs_little_changed(rng):
    """The same, with cameras that stand almost where they stood."""
    r = Recording(rng)
    second = drawn_frames(rng, r.count)
    size = abs(between(rng, 0.003, 0.05))
    extra = [(rotation(rng.normal(0, size, 3)), rng.normal(0, size * r.distance / 2, 3))
             for _ in r.poses]
    others = [(e[0] @ turn, e[0] @ place + e[1]) for e, (turn, place) in zip(extra, r.poses)]
    return set_up_anew(r, second, others)


@family
def mixed_zooms(rng):
    """Two recordings in one folder: all cameras were zoomed for the second."""
    r = Recording(rng)
    second, zoom = drawn_frames(rng, r.count), 1 + between(rng, 0.005, 0.2)
    tell_of_mixing(r)
    r.lens_at = lambda c, f: r.lenses[c].changed(zoom if second[f] else 1)
    return r


@family
def frames_of_another_day(rng):
    """Some frames of one camera show other board poses."""
    r = Recording(rng)
    second, who = drawn_frames(rng, r.count), int(rng.integers(len(r.poses)))
    r.told = (("moments_differ",), {f"cam{who}"}, None)
    others, usual = [r.draw_pose() for _ in range(r.count)], r.board_pose
    r.time_of = lambda c, f, pixels: f + (r.count if c == who and second[f] else 0)
    r.board_pose = lambda time: others[time - r.count] if time >= r.count else usual(time)
    return r


def shots_of_their_own(rng, r, cameras):
    """Some cameras have the pictures of a recording in an order of their own."""
    order = {c: rng.permutation(r.count) for c in cameras}
    r.told = (("frames_unrelated",), {f"cam{c}" for c in cameras}, None)
    r.time_of = lambda c, f, pixels: int(order[c][f]) if c in order else f
    return r


@family
def shots_of_each_camera(rng):
    """Each camera has shots of its own of the board, numbered alike."""
    r = Recording(rng, frames=int(rng.integers(8, 41)), moving=rng.random() < 0.3)
    return shots_of_their_own(rng, r, range(len(r.poses)))


@family
def shots_of_one_camera(rng):
    """The same of one camera among others that filmed together."""
    r = Recording(rng, cameras=int(rng.integers(3, 6)), frames=int(rng.integers(8, 41)))
    return shots_of_their_own(rng, r, [int(rng.integers(len(r.poses)))])


@family
def turned_pictures(rng):
    """From a frame on the recorder mirrors the pictures of a camera, or turns them by a half."""
    r, k = Recording(rng), rng.uniform(0.25, 0.75)
    who, mirrored = int(rng.integers(len(r.poses))), rng.uniform() < 0.5
    r.told = (("pictures_turned",), {f"cam{who}"}, k * r.count)

    def turn(camera, frame, ids, pixels, sigma):
        if camera != who or frame <= k * r.count:
            return camera, frame, ids, pixels, sigma
        last = np.array(r.size) - 1
        if not mirrored:
            return camera, frame, ids, last - pixels, sigma
        columns = r.board[0]
        ids = ids // columns * columns + columns - 1 - ids % columns
        order = np.argsort(ids)
        return camera, frame, ids[order], (pixels * [-1, 1] + [last[0], 0])[order], sigma[order]
    r.edit = lambda views: [turn(*view) for view in views]
    return r


@family
def numbered_one_square_off(rng):
    """The detector begins one column too late in some views, where it missed the first one."""
    r, share = Recording(rng), rng.uniform(0.05, 0.5)
    who = int(rng.integers(len(r.poses)))
    columns = r.board[0]

    def edit(views):
        result = []
        for camera, frame, ids, pixels, sigma in views:
            if camera == who and rng.uniform() < share:
                keep = ids % columns > 0
                ids, pixels, sigma = ids[keep] - 1, pixels[keep], sigma[keep]
            result.append((camera, frame, ids, pixels, sigma))
        return result
    r.edit = edit
    return r


@family
def sorted_as_text(rng):
    """The pictures of a camera are numbered in the order of their names: 1, 10, 11, 2."""
    r = Recording(rng, moving=rng.random() < 0.5, frames=int(rng.integers(12, 60)))
    who = int(rng.integers(len(r.poses)))
    order = [int(n) for n in sorted(str(f) for f in range(r.count))]
    r.told = (("frames_unrelated", "moments_differ"), {f"cam{who}"}, None)
    r.time_of = lambda c, f, pixels: order[f] if c == who else f
    return r


@family
def photo_missing(rng):
    """A camera missed a shot, and its later pictures are numbered one less."""
    r, k = Recording(rng), rng.uniform(0.25, 0.75)
    who = int(rng.integers(len(r.poses)))
    r.told = (("moments_differ", "frames_unrelated", "sync_offset"), {f"cam{who}"}, None)
    r.time_of = lambda c, f, pixels: min(f + (c == who and f > k * r.count), r.count - 1)
    return r


# Errors of corners ----------------------------------------------------------------------------

def changed(recording, change):
    """change(pixels, noisy pixels, sigma): what is observed, and the sigma that is stated."""
    def blur(pixels, camera, frame):
        return change(pixels, *recording.independent_noise(pixels, camera, frame))
    recording.blur = blur
    return recording


def noisy(recording, error):
    """error(pixels, camera, frame): what is added to the usual noise."""
    def blur(pixels, camera, frame):
        noisy_pixels, sigma = recording.independent_noise(pixels, camera, frame)
        return noisy_pixels + error(pixels, camera, frame), sigma
    recording.blur = blur
    return recording


@family
def biased_by_view(rng):
    r = Recording(rng)
    size = r.noise * rng.uniform(0.5, 3)
    return noisy(r, lambda pixels, c, f: rng.normal(0, size, 2))


@family
def biased_by_distance(rng):
    r = Recording(rng)
    slope = r.noise * between(rng, 0.5, 3)
    return noisy(r, lambda pixels, c, f: slope * (
        np.ptp(np.nan_to_num(pixels[:, 0])) / r.size[0] - 0.4) * np.array([1, 0.5]))


@family
def correlated(rng):
    """Smooth error fields over each view."""
    r = Recording(rng)
    size = r.noise * rng.uniform(0.5, 3)

    def field(pixels, c, f):
        rate = rng.uniform(2, 6, (2, 2)) / r.size[0]
        phase = rng.uniform(0, 6.28, 2)
        return size * math.sqrt(2) * np.sin(pixels @ rate.T + phase)
    return noisy(r, field)


@family
def motion_blur(rng):
    r = Recording(rng)

    def blur(pixels, camera, frame):
        direction = rng.uniform(0, math.pi)
        along = np.array([math.cos(direction), math.sin(direction)])
        extra = r.noise * rng.uniform(0, 6)
        noisy_pixels, sigma = r.independent_noise(pixels, camera, frame)
        return noisy_pixels + extra * rng.normal(0, 1, (len(pixels), 1)) * along, sigma
    r.blur = blur
    return r


@family
def duplicates(rng):
    r = Recording(rng, frames=int(rng.integers(8, 14)))
    repeat = r.repeat = int(rng.integers(3, 8))
    exact = rng.uniform() < 0.5

    def edit(views):
        result = []
        for camera, frame, ids, pixels, sigma in views:
            for i in range(repeat):
                again = pixels if exact else pixels + rng.normal(0, 0.1 * r.noise, pixels.shape)
                result.append((camera, frame * repeat + i, ids, again, sigma))
        return result
    r.edit = edit
    return r


@family
def slow_video(rng):
    """The errors of a corner hardly change from frame to frame."""
    r = Recording(rng, moving=True, frames=int(rng.integers(60, 120)))
    r.speed, keep = rng.uniform(0.1, 0.3), rng.uniform(0.8, 0.98)
    state = {}

    def blur(pixels, camera, frame):
        fresh = rng.normal(0, 1, pixels.shape)
        old = state.get(camera, fresh)
        state[camera] = keep * old + math.sqrt(1 - keep**2) * fresh
        sigma = np.full(len(pixels), r.noise)
        return pixels + r.noise * state[camera], sigma
    r.blur = blur
    return r


def one_in_ten(rng, count):
    return rng.uniform(size=count) < 0.1


@family
def sigma_of_some_corners(rng):
    """One corner in ten is ten times noisier than its sigma says."""
    return changed(Recording(rng), lambda pixels, noisy_pixels, sigma: (
        np.where(one_in_ten(rng, len(pixels))[:, None],
                 pixels + 10 * (noisy_pixels - pixels), noisy_pixels), sigma))


@family
def sigma_too_small_for_some(rng):
    """One corner in ten states a sigma ten times too small."""
    return changed(Recording(rng), lambda pixels, noisy_pixels, sigma: (
        noisy_pixels, np.where(one_in_ten(rng, len(pixels)), sigma / 10, sigma)))


@family
def sigma_by_view(rng):
    r, spread = Recording(rng), rng.uniform(0.5, 1.2)
    return changed(r, lambda pixels, noisy_pixels, sigma: (
        pixels + (noisy_pixels - pixels) * math.exp(rng.normal(0, spread)), sigma))


@family
def outliers(rng):
    r, share = Recording(rng), rng.uniform(0.01, 0.08)
    return noisy(r, lambda pixels, c, f: (rng.uniform(size=(len(pixels), 1)) < share)
                 * rng.normal(0, 5, pixels.shape))


@family
def pixel_locking(rng):
    r = Recording(rng)
    size = r.noise * rng.uniform(0.3, 1.5)
    return noisy(r, lambda pixels, c, f: size * np.sin(2 * math.pi * pixels))


@family
def biased_upwards(rng):
    """All corners of a view lean toward the light."""
    r = Recording(rng)
    size = r.noise * rng.uniform(0.5, 2)
    gains = rng.normal(0, 1, (r.count, 4))
    return noisy(r, lambda pixels, c, f: size * (
        gains[f, :2] + gains[f, 2:] * (pixels / r.size[0] - 0.5)))
