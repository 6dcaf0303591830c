"""The picture of the packages: what imports what, from the sources; and the page beside it."""

import itertools
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from deploy.diagrams import draw_packages
from deploy.diagrams.architecture import draw_architecture
from deploy.diagrams.rooms import House
from glue_client.errors import DeployError

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def house(tmp_path):
    """A small project: build.py on deploy and the server, two packages on a third, a module that all share."""
    files = {
        "build.py": '"""Tasks."""\ndef up():\n    from deploy import stacks\n    from local_aws import server\n',
        "deploy/__init__.py": '"""What tasks do."""\n',
        "deploy/stacks.py": "import boto3\n",
        "local_aws/__init__.py": '"""AWS here."""\n',
        "local_aws/server.py": "import local_aws.high.api\nfrom local_aws import low, shared\n",
        "local_aws/shared.py": "from local_aws.low.deep import thing\n",
        "local_aws/high/__init__.py": '"""Stands high.\n\nAnd more."""\n',
        "local_aws/high/api.py": "from local_aws.low.deep import thing\nfrom local_aws.high.top.one import a\n",
        "local_aws/high/top/__init__.py": "",
        "local_aws/high/top/one.py": "from local_aws.high.under import two\n",
        "local_aws/high/under/__init__.py": "",
        "local_aws/high/under/two.py": "from local_aws.shared import one\n",
        "local_aws/low/__init__.py": '"""Stands low."""\n',
        "local_aws/low/deep.py": "from .other import x\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return House(tmp_path)


def test_imports_are_those_of_the_sources(house):
    assert house.imports == {
        "build.py": {"deploy", "local_aws"},
        "deploy": set(),
        "local_aws": {"local_aws/high", "local_aws/low"},
        "local_aws/high": {"local_aws/low"},
        "local_aws/low": set(),
    }


def test_what_another_leads_to_has_no_arrow_of_its_own(house):
    assert house.direct("local_aws") == ["local_aws/high"]
    assert house.direct("build.py") == ["deploy", "local_aws"]


def test_floors_stand_below_all_that_import_them(house):
    assert [sorted(floor) for floor in house.floors()] == [
        ["build.py"],
        ["deploy", "local_aws"],
        ["local_aws/high"],
        ["local_aws/low"],
    ]


def test_rooms_say_the_first_line_and_their_wings_from_high_to_low(house):
    rooms = {room.name: room for room in house.rooms}
    assert rooms["local_aws/high"].duty == "Stands high."
    assert rooms["local_aws/high"].wings == ("top", "under")


def test_a_package_that_nobody_placed_is_named(tmp_path):
    for name in ("deploy", "local_aws"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.py", tmp_path)
    (tmp_path / "local_aws/newest").mkdir()
    (tmp_path / "local_aws/newest/__init__.py").write_text('"""New."""\n')
    with pytest.raises(DeployError, match="local_aws/newest"):
        draw_architecture(tmp_path)


def test_each_package_is_a_box_with_its_duty_and_wings():
    drawn = ET.fromstring(draw_architecture(ROOT))  # noqa: S314 - drawn a moment ago
    said = [element.text for element in drawn.iter(SVG + "text")]
    packages = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("local_aws/*/__init__.py")}
    assert packages | {"build.py", "deploy", "local_aws"} <= set(said)
    wings = [path.parent.name for path in ROOT.glob("local_aws/glue/*/__init__.py")]
    assert len(wings) > 5
    assert set(wings) <= set(said)


def test_boxes_are_within_the_picture_and_apart():
    drawn = ET.fromstring(draw_architecture(ROOT))  # noqa: S314 - drawn a moment ago
    width, height = float(drawn.get("width")), float(drawn.get("height"))
    rects = [
        {key: float(one.get(key)) for key in ("x", "y", "width", "height")}
        for one in drawn.iter(SVG + "rect")
        if one.get("rx") == "7"
    ]
    assert len(rects) >= 9
    for number, one in enumerate(rects):
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= width
        assert one["y"] + one["height"] <= height
        for other in rects[:number]:
            beside = one["x"] >= other["x"] + other["width"] or other["x"] >= one["x"] + one["width"]
            assert beside or one["y"] >= other["y"] + other["height"] or other["y"] >= one["y"] + one["height"]


def test_no_arrow_runs_behind_a_box():
    root = ET.fromstring(draw_architecture(ROOT))  # noqa: S314 - drawn a moment ago
    boxes = [
        tuple(float(box.get(name)) for name in ("x", "y", "width", "height"))
        for box in root.iter(f"{SVG}rect")
        if box.get("rx") == "7"
    ]
    falls = [
        [tuple(map(float, point.split())) for point in pair]
        for path in root.iter(f"{SVG}path")
        for pair in itertools.pairwise(re.findall(r"[\d.]+ [\d.]+", path.get("d")))
    ]
    hidden = [
        (top, bottom, box)
        for top, bottom in falls
        for box in boxes
        if box[0] < top[0] < box[0] + box[2] and top[1] < box[1] + 1 and bottom[1] > box[1] + 1
    ]
    assert len(falls) > 20
    assert hidden == []


def test_the_picture_is_up_to_date(tmp_path):
    drawn = draw_packages(ROOT, tmp_path).read_bytes()
    kept = (ROOT / "images/architecture.svg").read_bytes()
    assert kept == drawn, "imports or docstrings changed: ./pyntw diagrams, look at the picture, commit it"


def test_every_file_that_the_page_names_is_there():
    named = re.findall(r"`((?:[a-z_0-9]+/)+(?:[a-z_0-9]+\.[a-z]+)?|[a-z_]+\.py)`", PAGE.read_text())
    assert len(named) > 50
    assert [name for name in named if not (ROOT / name).exists()] == []
