# Adds the cameras of a rig to the scene: run it in Blender's text editor, or with
# blender --python cameras.py. The pictures must be undistorted. Lengths are in meters.
CAMERAS = [
    # name, (width, height), lens in mm of a 36 mm sensor, shift, matrix_world
    ("left", (640, 480), 22.5703125, (0.0015625, 0.0027258831521739134),
     [[1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1]]),  # fy / fx = 1.0031152647975077
    ("right", (640, 480), 22.4859375, (-0.005078125, -0.0015595739700374532),
     [[0.9950124688279393, 0, 0.09975062344130621, 0.12447630922693372], [0, -1, 0, -0.002], [0.09975062344130621, 0, -0.9950124688279393, 0.011473815461335338], [0, 0, 0, 1]]),  # fy / fx = 1.00187617260788
]

import bpy
import mathutils

for name, size, lens_mm, shift, matrix in CAMERAS:
    data = bpy.data.cameras.new(name)
    data.sensor_fit = "HORIZONTAL" if size[0] >= size[1] else "VERTICAL"
    data.sensor_width = data.sensor_height = 36.0
    data.lens = lens_mm
    data.shift_x, data.shift_y = shift
    camera = bpy.data.objects.new(name, data)
    camera.matrix_world = mathutils.Matrix(matrix)
    bpy.context.scene.collection.objects.link(camera)
