import re
import shutil
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from deploy.bundle import Bundle
from deploy.diagrams import definition, draw, machine, workflow
from deploy.diagrams.kinds import KINDS, SMALL_PRINT, STATES
from deploy.diagrams.model import Model, Resource, columns
from deploy.diagrams.svg import sans_width
from glue_client.errors import DeployError

ROOT = Path(__file__).parents[2]
TEMPLATES, IMAGES = ROOT / "cloudformation", ROOT / "images"
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = ["stacks.svg", "workflow.svg"]
PICTURES += [f"{name}-{picture}" for name in ("ecommerce", "operations", "stedi") for picture in PICTURES]
PICTURES += ["store-stacks.svg", "store-machine.svg"]
STALE = "the templates changed: ./pyntw diagrams, look at the pictures, commit them"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return {path.name: path for path in draw(TEMPLATES, tmp_path_factory.mktemp("images"))}


@pytest.fixture
def copied(tmp_path):
    """The templates in a folder of their own, and a way to change one."""
    folder = tmp_path / "cloudformation"
    shutil.copytree(TEMPLATES, folder)

    def change(stack, old, new):
        path = folder / f"{stack}.yml"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        return folder

    return change


def drawn(templates, folder, name):
    """The picture of that name, whatever pictures there are besides."""
    return {path.name: path for path in draw(templates, folder)}[name]


def parsed(path):
    return ET.parse(path).getroot()  # noqa: S314 - drawn a moment ago


def texts(path):
    return [element.text for element in parsed(path).iter(SVG + "text")]


def description(path):
    return parsed(path).find(SVG + "desc").text


def boxes(path):
    """Each rectangle but the panel, as left, top, right, bottom."""
    number = {"x": 0.0, "y": 0.0, "width": 0.0, "height": 0.0}
    found = [{key: float(one.get(key)) for key in number} for one in parsed(path).iter(SVG + "rect")]
    return [(one["x"], one["y"], one["x"] + one["width"], one["y"] + one["height"]) for one in found][1:]


def inside(inner, outer):
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_these_are_the_pictures(pictures):
    assert list(pictures) == PICTURES


@pytest.mark.parametrize("name", PICTURES)
class TestEveryPicture:
    def test_is_up_to_date(self, pictures, name):
        assert (IMAGES / name).read_bytes() == pictures[name].read_bytes(), STALE

    def test_has_a_light_panel_of_its_own_under_everything(self, pictures, name):
        root = parsed(pictures[name])
        panel = next(element for element in root if element.tag not in {SVG + "title", SVG + "desc"})
        full = (float(root.get("width")) - 1, float(root.get("height")) - 1)
        assert (float(panel.get("width")), float(panel.get("height")), panel.get("fill")) == (*full, "#fbfcfe")

    def test_texts_end_on_the_panel(self, pictures, name):
        root = parsed(pictures[name])
        ends = [
            float(one.get("x")) + 0.61 * float(one.get("font-size")) * len(one.text) for one in root.iter(SVG + "text")
        ]
        assert max(ends) < float(root.get("width"))

    def test_boxes_do_not_overlap(self, pictures, name):
        pairs = [(one, other) for one, other in combinations(boxes(pictures[name]), 2) if not apart(one, other)]
        assert [pair for pair in pairs if not inside(*pair) and not inside(*reversed(pair))] == []

    def test_explains_every_sign_that_it_shows(self, pictures, name):
        signs = {path.get("d") for path in parsed(pictures[name]).iter(SVG + "path") if path.get("transform")}
        labels = {kind.label for kind in (*KINDS.values(), *STATES.values()) if kind.sign in signs}
        assert labels - set(texts(pictures[name])) == set()


def test_drawing_again_gives_the_same_bytes(pictures, tmp_path):
    again = draw(TEMPLATES, tmp_path / "new" / "folder")

    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in pictures.values()]


def test_every_resource_type_is_drawn_or_left_out_on_purpose():
    texts = [path.read_text().partition("\nResources:\n")[2] for path in TEMPLATES.glob("*.yml")]
    lines = [line for text in texts for line in text.splitlines()]
    types = {line.split()[1] for line in lines if re.match(r"    Type: AWS::", line)}

    assert types - set(KINDS) == SMALL_PRINT


def test_stacks_are_numbered_in_the_order_of_creation(pictures):
    shown = texts(pictures["stacks.svg"])
    numbers = {shown[index + 1]: text for index, text in enumerate(shown) if text in {"1", "2", "3", "4", "5"}}

    assert numbers == {
        "basic-infra": "1",
        "glue-jobs": "2",
        "glue-catalog": "3",
        "data-quality": "4",
        "glue-workflow": "5",
    }


def test_stacks_show_their_resources_by_name(pictures):
    assert set(texts(pictures["stacks.svg"])) >= {
        *(
            "etl-poc-artifacts",
            "etl-poc-data-raw",
            "etl-poc-data-silver",
            "etl-poc-data-gold",
            "etl-poc-athena-queries",
        ),
        *("etl-poc-athena-group", "etl-extract", "etl-clean", "etl-repartition", "GluePythonJobRole"),
        *("etl_poc_database", "silver_sales_rejected", "etl-raw-crawler", "etl-silver-crawler", "etl-gold-crawler"),
        *("GlueSparkJobRole", "CrawlerRole", "etl-workflow", "etl-start", "etl-after-extract", "etl-after-clean"),
    }


def test_arrows_carry_what_is_imported(pictures):
    assert description(pictures["stacks.svg"]) == (
        "glue-jobs imports ArtifactsBucket, RawBucket, SilverBucket, GoldBucket, Key, SecurityConfiguration from "
        "basic-infra. "
        "glue-catalog imports RawBucket, SilverBucket, GoldBucket, Key, SecurityConfiguration from basic-infra. "
        "data-quality imports GoldBucket from basic-infra. data-quality imports QualityFolder from glue-jobs. "
        "data-quality imports Database from glue-catalog. "
        "glue-workflow imports ExtractJob, CleanJob, RepartitionJob, WorkflowName from glue-jobs. "
        "glue-workflow imports RawCrawler, SilverCrawler, GoldCrawler from glue-catalog."
    )


def test_workflow_tells_what_starts_what(pictures):
    assert description(pictures["workflow.svg"]) == (
        "etl-start, started by hand: starts etl-extract. "
        "etl-after-extract, when etl-extract ends SUCCEEDED: starts etl-clean. "
        "etl-after-clean, when etl-clean ends SUCCEEDED: starts etl-repartition. "
        "etl-crawl-raw, when etl-extract ends SUCCEEDED: starts etl-raw-crawler. "
        "etl-crawl-silver, when etl-clean ends SUCCEEDED: starts etl-silver-crawler. "
        "etl-crawl-gold, when etl-repartition ends SUCCEEDED: starts etl-gold-crawler."
    )


def test_another_pipeline_has_pictures_of_its_own_stacks_and_workflow(pictures):
    assert description(pictures["stedi-stacks.svg"]) == (
        "stedi imports ArtifactsBucket, AthenaWorkGroup from basic-infra."
    )
    assert description(pictures["stedi-workflow.svg"]) == (
        "stedi-start, started by hand: starts stedi-customer-trusted. "
        "stedi-after-customers, when stedi-customer-trusted ends SUCCEEDED: "
        "starts stedi-accelerometer-trusted, stedi-customers-curated. "
        "stedi-after-curated, when stedi-customers-curated ends SUCCEEDED: starts stedi-step-trainer-trusted. "
        "stedi-after-trusted, when stedi-accelerometer-trusted ends SUCCEEDED "
        "and stedi-step-trainer-trusted ends SUCCEEDED: starts stedi-machine-learning-curated."
    )


def test_workflow_tells_how_large_jobs_are_and_what_crawlers_make(pictures):
    shown = texts(pictures["workflow.svg"])
    notes = {name: shown[shown.index(name) + 1] for name in shown if name.startswith("etl-")}

    assert notes == {
        "etl-start": "started by hand",
        "etl-extract": "Python 3.9, 0.0625 DPU",
        "etl-after-extract": "when it ends SUCCEEDED",
        "etl-clean": "Glue 5.1, 2 x G.1X",
        "etl-crawl-raw": "when it ends SUCCEEDED",
        "etl-raw-crawler": "makes raw_sales",
        "etl-after-clean": "when it ends SUCCEEDED",
        "etl-repartition": "Glue 5.1, 2 x G.1X",
        "etl-crawl-silver": "when it ends SUCCEEDED",
        "etl-silver-crawler": "makes silver_sales",
        "etl-crawl-gold": "when it ends SUCCEEDED",
        "etl-gold-crawler": "makes gold_sales",
    }


@pytest.mark.parametrize(
    ("kind", "properties", "note"),
    [
        ("Job", {"Command": {"Name": "pythonshell", "PythonVersion": "3.9"}}, "Python 3.9, 0.0625 DPU"),
        ("Job", {"Command": {"Name": "pythonshell"}, "MaxCapacity": 1}, "Python, 1 DPU"),
        ("Job", {"Command": {"Name": "glueetl"}}, "Glue"),
        ("Job", {"Command": {"Name": "glueetl"}, "GlueVersion": "4.0", "MaxCapacity": 10}, "Glue 4.0, 10 DPU"),
        (
            "Job",
            {"Command": {"Name": "gluestreaming"}, "WorkerType": "G.025X", "NumberOfWorkers": 2},
            "Glue, 2 x G.025X",
        ),
        ("Crawler", {"Targets": {"S3Targets": [{"Path": "s3://a/b/"}]}, "TablePrefix": "t_"}, "makes t_b"),
        ("Crawler", {"Targets": {"S3Targets": [{"Path": f"s3://a/{n}"} for n in "bcde"]}}, "makes b, c and 2 more"),
        ("Crawler", {"Targets": {"CatalogTargets": [{}], "JdbcTargets": [{}]}}, "crawls Catalog, Jdbc"),
    ],
)
def test_workflow_tells_of_a_job_and_a_crawler_what_their_template_says(kind, properties, note):
    assert workflow._note(Resource(f"AWS::Glue::{kind}", "x", properties)) == note


def test_a_workflow_without_triggers_is_named(copied, tmp_path):
    folder = copied("stedi", "WorkflowName: !Ref Workflow", "WorkflowName: another")

    with pytest.raises(DeployError, match="the workflow stedi-workflow cannot be drawn"):
        draw(folder, tmp_path)


def test_a_pipeline_that_names_no_workflow_has_a_picture_of_its_stacks_alone(copied, tmp_path):
    text = (TEMPLATES / "stedi.yml").read_text()
    said = text[text.index("  Pipeline:\n") : text.index("  # Left open on purpose")]
    folder = copied("stedi", said, "  Pipeline: stedi\n")

    names = [path.name for path in draw(folder, tmp_path)]
    assert names == [name for name in PICTURES if name != "stedi-workflow.svg"]


def test_a_renamed_job_is_renamed_in_both_pictures(copied, tmp_path):
    folder = copied("glue-jobs", "Name: !Sub etl-clean", "Name: !Sub etl-scrub")

    draw(folder, tmp_path)
    for path in (tmp_path / "stacks.svg", tmp_path / "workflow.svg"):
        assert ("etl-scrub" in texts(path), "etl-clean" in texts(path)) == (True, False)


def test_an_export_that_nobody_makes_is_named(copied, tmp_path):
    folder = copied("glue-workflow", "${GlueCatalogStack}-GoldCrawler", "${GlueCatalogStack}-Gold")

    with pytest.raises(DeployError, match='no template exports "glue-catalog-Gold"'):
        draw(folder, tmp_path)


def test_a_job_that_nobody_makes_is_named(copied, tmp_path):
    job = "        - JobName:\n            Fn::ImportValue: !Sub ${GlueJobsStack}-ExtractJob"
    folder = copied("glue-workflow", job, "        - JobName: etl-missing")

    with pytest.raises(DeployError, match='no template makes "etl-missing"'):
        draw(folder, tmp_path)


@pytest.mark.parametrize(
    ("logical", "note", "joined"), [("AND", "when all end FAILED and SUCCEEDED", "and"), ("ANY", "when one ends", "or")]
)
def test_a_trigger_that_waits_for_several_says_how(copied, tmp_path, logical, note, joined):
    watched = "            JobName:\n              Fn::ImportValue: !Sub ${GlueJobsStack}-RepartitionJob"
    old = f"        Logical: AND\n        Conditions:\n          - LogicalOperator: EQUALS\n{watched}\n"
    other = "          - {LogicalOperator: EQUALS, CrawlerName: etl-raw-crawler, CrawlState: FAILED}\n"
    new = old.replace("AND", logical).replace("Conditions:\n", f"Conditions:\n{other}")

    path = drawn(copied("glue-workflow", old, new), tmp_path, "workflow.svg")

    assert [text for text in texts(path) if text.startswith(note)] != []
    assert f"when etl-raw-crawler ends FAILED {joined} etl-repartition ends SUCCEEDED: starts" in description(path)


def test_an_arrow_over_a_column_goes_around_below_all_stacks(copied, tmp_path):
    folder = copied(
        "glue-workflow", "\nOutputs:", "\nOutputs:\n  Queries: {Value: !ImportValue basic-infra-AthenaWorkGroup}"
    )

    path = drawn(folder, tmp_path, "stacks.svg")

    straight = [
        one.get("d")
        for one in parsed(path).iter(SVG + "path")
        if "L" in one.get("d") and one.get("stroke-width") == "1.6"
    ]
    lowest_stack = max(box[3] for box in boxes(path) if box[2] - box[0] > 100 and box[3] - box[1] > 100)
    lowest = [max(float(point.split()[1]) for point in re.findall(r"[\d.]+ [\d.]+", around)) for around in straight]
    assert min(lowest) >= lowest_stack + 16
    assert len(lowest) == len(set(lowest)) == 2  # data-quality's own too, each on a line of its own


def test_columns_keep_what_needs_another_right_of_it():
    needs = {"d": ["b", "c"], "c": ["a"], "b": ["a"], "a": [], "e": ["a", "d"], "f": ["elsewhere"]}

    assert columns(needs) == [["a", "f"], ["c", "b"], ["d"], ["e"]]


def test_names_come_from_the_parameter_files(copied):
    folder = copied("glue-workflow", "", "")
    path = folder / "glue-jobs.json"
    path.write_text(path.read_text().replace("etl-workflow", "sales-by-night"))

    model = Model(Bundle(folder))

    assert model.resources("glue-workflow")[0].name == "sales-by-night"


ALL_KINDS = {**KINDS, **STATES}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_signs_stand_out_from_their_colour(kind):
    """WCAG contrast of white on the colour, 4.5 at least."""
    shares = [int(ALL_KINDS[kind].colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)

    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_a_sign_means_one_kind():
    assert len({kind.sign for kind in ALL_KINDS.values()}) == len(ALL_KINDS)


# State machines


def test_a_state_machine_is_told_state_by_state(pictures):
    told = description(pictures["store-machine.svg"])
    assert told.startswith(
        "Silver (an error in one ends all): within it Inventory, Social, Sales, Crawl bronze first; "
        "List gold, on error: What failed?. Inventory (store-silver-inventory): the end."
    )
    for sentence in (
        "Crawl bronze (store-bronze-crawler): Wait for the crawl.",
        "Is the crawl over? (decides): Bronze is catalogued, The crawl failed, Wait for the crawl.",
        "Gold (3 at a time): within it Make a gold table first; Tell of success, on error: What failed?.",
        "Tell of the failed job (store-notices): Failed.",
        "Failed (with the error of before): the end.",
    ):
        assert sentence in told


def segments(path):
    """The straight parts of the lines between boxes, corners taken as right-angled: (x, y), (x, y)."""
    for one in parsed(path).iter(SVG + "path"):
        if one.get("stroke-width") == "1.6":
            points = [tuple(map(float, found)) for found in re.findall(r"(-?[\d.]+) (-?[\d.]+)", one.get("d"))]
            yield from pairwise(points)


def test_no_line_of_a_state_machine_runs_through_a_box(pictures):
    path = pictures["store-machine.svg"]
    states = [box for box in boxes(path) if box[3] - box[1] == machine.BOX]
    assert len(states) == 18  # 20, and two of them hold others
    crossed = [
        (line, box)
        for line in segments(path)
        for box in states
        if max(line[0][0], line[1][0]) > box[0] + 1
        and min(line[0][0], line[1][0]) < box[2] - 1
        and max(line[0][1], line[1][1]) > box[1] + 1
        and min(line[0][1], line[1][1]) < box[3] - 1
    ]
    assert crossed == []


STATES_OF = {
    "a": {"Type": "Choice", "Choices": [{"Next": "c"}, {"Next": "b"}], "Default": "a"},
    "b": {"Type": "Pass", "Next": "d"},
    "c": {"Type": "Wait", "Seconds": 3, "Next": "d"},
    "d": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Catch": [{"Next": "e"}], "Next": "c"},
    "e": {"Type": "Fail"},
}


def test_states_stand_below_what_leads_to_them_or_in_a_column_of_their_own():
    plan = machine.Plan(definition._chart({"StartAt": "a", "States": STATES_OF}))
    assert {name: (cell.column, cell.row) for name, cell in plan.cells.items()} == {
        "a": (0, 0),
        "c": (0, 1),
        "d": (0, 2),
        "b": (1, 0),
        "e": (2, 2),
    }
    plan.place(0, 0)
    assert plan.left > 0  # room for the line from d back to c
    down = plan.line(plan.cells["a"], plan.cells["c"])
    assert (len(down), down[0][0]) == (2, down[1][0])
    around = plan.line(plan.cells["d"], plan.cells["e"])
    assert around[0][0] < around[-1][0]
    assert {point[1] for point in around[2:4]} == {
        plan.cells["e"].y - machine.ROW_GAP / 2
    }  # above its row, over b's column


@pytest.mark.parametrize(
    ("old", "new", "failed"),
    [
        ("definitions/store/pipeline\n", "definitions/store/nothing\n", "its definition is not in the template"),
        ("AWS::SSM::Parameter::Value<String>", "String", None),
    ],
)
def test_a_definition_that_is_nowhere_is_named(copied, tmp_path, old, new, failed):
    folder = copied("store-pipeline", old, new)
    path = folder / "store-pipeline.json"
    path.write_text(path.read_text().replace("definitions/store/pipeline", new.strip()) if failed else path.read_text())
    if failed:
        with pytest.raises(DeployError, match=failed):
            draw(folder, tmp_path)
    else:
        assert drawn(folder, tmp_path, "store-machine.svg").is_file()


def test_a_definition_that_stands_in_the_template_is_drawn(copied, tmp_path):
    text = (TEMPLATES / "store-pipeline.yml").read_text()
    place = text[text.index("      DefinitionS3Location:") : text.index("      DefinitionSubstitutions:")]
    here = (
        """      DefinitionString: '{"StartAt": "x", "States": {"x": {"Type": "Wait", "Seconds": 7, "End": true}}}'\n"""
    )
    folder = copied("store-pipeline", place, here)
    assert description(drawn(folder, tmp_path, "store-machine.svg")) == "x (7 s): the end."
    broken = copied("store-pipeline", '"x", "States"', '"x" "States"')
    with pytest.raises(DeployError, match=r"its definition in store-pipeline.yml is no JSON"):
        draw(broken, tmp_path)


DEJAVU = {
    # Thousandths of the font's size that its letters take, from the metrics of DejaVu Sans, the widest of the fonts.
    "m": 974,
    "w": 818,
    "a": 613,
    "e": 615,
    "s": 521,
    "c": 550,
    "u": 634,
    "o": 612,
    "n": 634,
    "d": 635,
    "k": 579,
    "g": 635,
    "t": 392,
    "r": 411,
    "l": 278,
    "i": 278,
    "h": 634,
    "b": 635,
    "y": 592,
    ",": 318,
    " ": 318,
    "6": 636,
    "S": 635,
    "U": 732,
    "C": 698,
    "E": 632,
    "D": 770,
}


@pytest.mark.parametrize(
    "text", ["makes customers, geolocation and 6 more", "when it ends SUCCEEDED", "started by hand"]
)
def test_room_for_a_line_is_enough_in_the_widest_font(text):
    assert sans_width(text, 1000) >= sum(DEJAVU[letter] for letter in text)
