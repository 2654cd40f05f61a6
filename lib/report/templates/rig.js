// Rotates the drawing of the rig: moves the existing SVG elements, with the same projection as in
// svg_rig.cpp.
(() => {
  const place = document.getElementById("rig-drawing");
  const data = document.getElementById("rig-data");
  if (!place || !data) return;
  const scene = JSON.parse(data.textContent);
  const svg = place.querySelector("svg");
  const outlines = [...svg.querySelectorAll("path")];
  const names = [...svg.querySelectorAll("text.name")];
  let yaw = scene.yaw, pitch = scene.pitch;

  const project = ([px, py, pz]) => {
    const x = px - scene.middle[0], y = py - scene.middle[1], z = pz - scene.middle[2];
    const depth = Math.cos(yaw) * z - Math.sin(yaw) * x;
    return [
      scene.center[0] + scene.scale * (Math.cos(yaw) * x + Math.sin(yaw) * z),
      scene.center[1] + scene.scale * (Math.cos(pitch) * y - Math.sin(pitch) * depth),
    ];
  };

  const moveNames = (points) => {
    const at = scene.labels.map((index) => points[index]);
    const mean = [0, 1].map((axis) => at.reduce((sum, p) => sum + p[axis], 0) / at.length);
    names.forEach((name, i) => {
      const away = [at[i][0] - mean[0], at[i][1] - mean[1]];
      const length = Math.hypot(...away);
      const [x, y] = length > 1e-6 ? [away[0] / length, away[1] / length] : [0, -1];
      name.setAttribute("x", at[i][0] + scene.label_distance * x);
      name.setAttribute("y", at[i][1] + scene.label_distance * y + 4);
    });
  };

  const draw = () => {
    const points = scene.points.map(project);
    scene.outlines.forEach((outline, i) => {
      const steps = outline.map((index) => points[index].map((v) => v.toFixed(1)).join(" "));
      outlines[i].setAttribute("d", "M" + steps.join("L") + "Z");
    });
    moveNames(points);
  };

  const turn = (right, up) => {
    yaw -= right;
    pitch = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, pitch + up));
    draw();
  };

  place.classList.add("turns");
  place.tabIndex = 0;
  let last = null;
  place.addEventListener("pointerdown", (event) => {
    place.setPointerCapture(event.pointerId);
    last = event;
  });
  place.addEventListener("pointermove", (event) => {
    if (!place.hasPointerCapture(event.pointerId)) return;
    const radians = Math.PI / svg.clientWidth;  // dragging across the whole drawing is half a turn
    turn((event.clientX - last.clientX) * radians, (event.clientY - last.clientY) * radians);
    last = event;
  });
  place.addEventListener("dblclick", () => {
    yaw = scene.yaw;
    pitch = scene.pitch;
    draw();
  });
  const keys = {ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1]};
  place.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    turn(...keys[event.key]);
  });
})();

// Unfold all lists for printing.
addEventListener("beforeprint", () => {
  for (const list of document.querySelectorAll("details")) list.open = true;
});
