"""The public recordings of a folder, scored: ours beside the controls, each part a task of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from connected_ops.benchmark import adapter, driving, nab, skab, turbofan
from connected_ops.benchmark.contender import AlwaysOn, Clock, Never, New, Pulse
from connected_ops.benchmark.measures import BY_KEY, Line
from connected_ops.benchmark.recordings import (
    Broken,
    Labelled,
    NoRecordings,
    labelled,
    lives,
    read_all,
    remaining,
    series,
    trips,
    windows,
)

WHERE = "a folder laid out like ../shared/data: skab/, nab/, carobd/, kit_obd/ and cmapss/"
_POOLED = "valve"  # the leaderboard's groups are scored together
_CONTROLS: dict[str, New] = {"clock": Clock, "always on": AlwaysOn}
_SKAB_CONTROLS: dict[str, New] = {**_CONTROLS, "pulse": Pulse}
_DRIVE_CONTROLS: dict[str, New] = {"never": Never, "always on": AlwaysOn}

_LIVES: tuple[turbofan.NewLife, turbofan.NewLife] = (adapter.Life, turbofan.MeanLife)
_SKAB = {
    "skab_f1": "f1", "skab_far": "far", "skab_cp": "cp", "skab_cp_low_fp": "cp_low_fp", "skab_balanced": "balanced",
    "skab_delay": "delay_s",
}  # fmt: skip
_HEALTHY = {"skab_healthy_far": "far", "skab_healthy_episodes": "false_per_h"}
_NAB = {"nab_fixed": "standard", "nab_low_fp": "low_fp", "nab_low_fn": "low_fn", "nab_best": "best"}
_DRIVING = {"drive_episodes": "per_hour", "drive_far": "far"}
_LIFE = {"life_rmse": "rmse", "life_coverage": "coverage", "life_phm08": "phm08"}


@dataclass(frozen=True, slots=True)
class Part:
    """What came of some recordings: the lines of the table, the files that could not be scored, and of real driving
    the hours and false episodes."""

    lines: tuple[Line, ...] = ()
    broken: tuple[Broken, ...] = ()
    hours: float = 0.0
    false_episodes: int = 0


Task = Callable[[], Part]


def tasks(root: Path) -> tuple[list[Task], list[str]]:
    """The tasks of a folder, and a sentence for each kind of recordings that it does not hold. Raises NoRecordings."""
    if not root.is_dir():
        raise NoRecordings(f"--data has a wrong value: there is no folder {root}; name {WHERE}.")
    drives = [
        file
        for folder in driving.SIGNALS
        for file in sorted(file for file in (root / folder).glob("*.csv*") if file.name.endswith((".csv", ".csv.gz")))
    ]
    found: dict[str, list[Task]] = {
        "skab/<group>/*.csv": [partial(_skab, root)] if list((root / "skab").glob("*/*.csv")) else [],
        "nab/combined_windows.json": [partial(_nab, root)] if (root / "nab" / "combined_windows.json").exists() else [],
        "carobd/*.csv.gz and kit_obd/*.csv.gz": [partial(_drive, root, file) for file in drives],
        "cmapss/train_FD001.txt": [partial(_life, root)] if _of(root, "train_FD001") else [],
    }
    if not any(found.values()):
        raise NoRecordings(f"--data has a wrong value: {root} holds no recording that can be scored; name {WHERE}.")
    missing = [f"The data folder holds no {what}, so that part is not scored." for what, of in found.items() if not of]
    return [task for of in found.values() for task in of], missing


def _skab(root: Path) -> Part:
    broken: list[Broken] = []
    lines: list[Line] = []
    folders = sorted({file.parent for file in (root / "skab").glob("*/*.csv")})
    valves = [folder for folder in folders if folder.name.startswith(_POOLED)]
    for group in [valves, *([folder] for folder in folders if folder not in valves)]:
        name = "+".join(folder.name for folder in group)
        files = [file for folder in group for file in sorted(folder.glob("*.csv"))]
        read = read_all(files, _long_enough, root, broken)
        faulty = [file for file in read if file.fault.any()]
        if faulty:
            lines += _skab_lines(name, faulty)
        lines += [line for file in read if not file.fault.any() for line in _healthy_lines(name, file)]
    return Part(tuple(lines), tuple(broken))


def _long_enough(file: Path) -> Labelled:
    found = labelled(file)
    if len(found.ts) <= skab.FIT_ROWS:
        raise ValueError(f"it has {len(found.ts)} rows, and the first {skab.FIT_ROWS} are for the fit")
    return found


def _skab_lines(group: str, files: Sequence[Labelled]) -> list[Line]:
    ours = skab.score(adapter.Machine, files)
    controls = {name: skab.score(new, files) for name, new in _SKAB_CONTROLS.items()}
    return _lines(_SKAB, group, ours, controls, f"{ours.files} files, {ours.detected} of {ours.events} events")


def _healthy_lines(group: str, file: Labelled) -> list[Line]:
    ours = skab.healthy(adapter.Machine, file)
    controls = {name: skab.healthy(new, file) for name, new in _SKAB_CONTROLS.items()}
    return _lines(_HEALTHY, group, ours, controls, f"{ours.hours:.1f} h")


def _nab(root: Path) -> Part:
    broken: list[Broken] = []
    folder = root / "nab"
    labels = read_all([folder / "combined_windows.json"], windows, root, broken)
    spans = {name: each for name, each in sorted(labels[0].items()) if (folder / name).exists()} if labels else {}
    files = read_all(
        [folder / name for name in spans],
        lambda file: series(file, name := file.relative_to(folder).as_posix(), spans[name]),
        root,
        broken,
    )
    if not files:
        return Part(broken=tuple(broken))
    ours = nab.score(adapter.Series, files)
    controls = {name: nab.score(new, files) for name, new in _CONTROLS.items()}
    counted = f"{ours.files} files, {ours.hit} of {ours.windows} windows, {ours.false_episodes} false episodes"
    return Part(tuple(_lines(_NAB, "", ours, controls, counted)), tuple(broken))


def _drive(root: Path, file: Path) -> Part:
    broken: list[Broken] = []
    signals = driving.SIGNALS[file.parent.name]
    read = read_all([file], lambda each: _enough(trips(each, signals, driving.LEAST_ROWS)), root, broken)
    if not read:
        return Part(broken=tuple(broken))
    ours = driving.score(adapter.RoadVehicle, read[0], signals)
    controls = {name: driving.score(new, read[0], signals) for name, new in _DRIVE_CONTROLS.items()}
    counted = f"{ours.trips} drives, {ours.hours:.1f} h, {ours.false_episodes} false episodes"
    gains = ", ".join(f"{fault.label} {gain:.2f}" for fault, gain in zip(driving.ADDED, ours.gains, strict=True))
    of = f"{file.parent.name} {file.name.partition('.')[0]}"
    lines = [
        *_lines(_DRIVING, of, ours, controls, counted),
        *_lines({"drive_gain": "gain"}, of, ours, controls, gains),
    ]
    return Part(tuple(lines), tuple(broken), ours.moved_h, ours.moved_false)


def _enough(found: list) -> list:
    if len(found) <= driving.FIT_TRIPS:
        raise ValueError(f"it has {len(found)} long drives, and the first {driving.FIT_TRIPS} are for the fit")
    return found


def _life(root: Path) -> Part:
    broken: list[Broken] = []
    train, test = (read_all(_of(root, name), lives, root, broken) for name in ("train_FD001", "test_FD001"))
    left = read_all(_of(root, "RUL_FD001"), remaining, root, broken)
    lines: list[Line] = []
    for engines in train:
        try:
            scores = [turbofan.folds(new, engines) for new in _LIVES]
        except ValueError as error:  # too few engines, or too short ones
            broken.append(Broken("cmapss/train_FD001", str(error)))
            continue
        lines += _life_lines("5 folds", *scores)
        for seen, truth in zip(test, left, strict=False):
            if len(seen) == len(truth):
                lines += _life_lines("test set", *(turbofan.official(new, engines, seen, truth) for new in _LIVES))
            else:
                broken.append(Broken("cmapss/RUL_FD001", f"it holds {len(truth)} engines, the test set {len(seen)}"))
    return Part(tuple(lines), tuple(broken))


def _life_lines(of: str, ours: turbofan.LifeScore, control: turbofan.LifeScore) -> list[Line]:
    return _lines(_LIFE, of, ours, {"mean life": control}, f"{ours.engines} engines")


def _of(root: Path, name: str) -> list[Path]:
    """The file of that name, plain or compressed."""
    return [file for file in (root / "cmapss" / f"{name}.txt", root / "cmapss" / f"{name}.txt.gz") if file.exists()][:1]


def _lines(table: dict[str, str], of: str, ours: object, controls: Mapping[str, object], counted: str) -> list[Line]:
    """A line for each measure of `table` (its key to the figure's name)."""
    return [
        Line(
            BY_KEY[key],
            getattr(ours, figure),
            of,
            {who: getattr(its, figure) for who, its in controls.items()},
            counted,
        )
        for key, figure in table.items()
    ]
