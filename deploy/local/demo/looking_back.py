"""The last chapters: three months later, the plan with its reasons, and who looked."""

from datetime import UTC, datetime
from itertools import product
from typing import Any

from deploy.local.demo.direct import DIRECT
from deploy.local.demo.plan import SERVICE_ITEM
from deploy.local.demo.reasons import rules_in_short
from deploy.local.demo.stage import Stage, must
from deploy.local.sample import NOOR
from shared.vocabulary import Role, ServiceName


async def evaluation(stage: Stage) -> None:
    """One support item goes on, one stops, the next moment is set (AMS-PLN-07, 10)."""
    stage.chapter("Three months later")
    day = datetime.fromisoformat(stage.told["evaluate_on"]).replace(hour=9, tzinfo=UTC)
    stage.move_clock(day)
    noor, base = stage.as_worker(NOOR), stage.told["plan"]
    due = await noor.get("/plans/v1/work-items")
    must(
        any(item["kind"] == "evaluation_due" for item in due.body["items"]),
        "the evaluation lies on the desk",
    )
    view = await noor.get(base)
    moment = next(item for item in view.body["evaluationMoments"] if not item["held"])
    running = [item["id"] for item in view.body["supportItems"] if item["status"] == "running"]
    held = await noor.post(
        f"{base}/evaluations",
        {
            "momentId": moment["id"],
            "withClient": True,
            "decisions": [_decision(stage, item) for item in running],
        },
    )
    after = await noor.get(base)
    status = {item["id"]: item["status"] for item in after.body["supportItems"]}
    must(status[stage.told["item"]] == "running", "dagbesteding goes on")
    must(status[stage.told["cafe"]] == "stopped", "the company to the coffee morning stops")
    must(status[stage.told[SERVICE_ITEM]] == "stopped", "the debts are settled")
    stage.tell(
        "Dagbesteding, the stays and Daan's place go on. Going along to the coffee morning stops: "
        "Maria goes by herself now, with a neighbour. The debts are settled. Next evaluation: "
        f"{held.body['nextMoment']['on']}."
    )


_STOPS = {
    "cafe": "Ze gaat nu zelf, met een buurvrouw.",
    SERVICE_ITEM: "Met alle schuldeisers is er een regeling.",
}


def _decision(stage: Stage, item: str) -> dict[str, str]:
    why = next((text for name, text in _STOPS.items() if stage.told[name] == item), None)
    return {
        "supportItemId": item,
        "decision": "continue" if why is None else "stop",
        "motivation": why or "Het helpt; nog een kwartaal.",
    }


async def the_plan(stage: Stage) -> None:
    """Every goal with its help, and of every route the reasons by rule."""
    stage.chapter("The plan, and the reasons of every route")
    noor = stage.as_worker(NOOR)
    view = (await noor.get(stage.told["plan"])).body
    must(view["coordinator"] == NOOR.subject, "one coordinator, from the first day")
    help_for = {goal: item for item in view["supportItems"] for goal in item["goalIds"]}
    must(len(help_for) == len(view["goals"]), "every goal has its help")
    for goal in view["goals"]:
        item = help_for[goal["id"]]
        route = item["voorziening"] or "sociale basis"
        stage.tell(f"{goal['text']} → {route}: {item['status']}")
    for name in ("service", "referral", "respite_referral", "living_referral"):
        check = (await noor.get(stage.told[name])).body["accessCheck"]
        _route(stage, check)
    for voorziening in DIRECT:
        asked = {"voorziening": voorziening, "entry": "aanbieder"}
        check = (await noor.post("/referrals/v1/access-checks", asked)).body
        must(check["direct"], "a provider may register its own client here")
        _route(stage, check)


def _route(stage: Stage, check: dict[str, Any]) -> None:
    must(check["reasons"], "every route gives its reasons")
    stage.tell(
        f"   {check['voorziening']} at the door of {check['entry']}: led by {check['ledBy']}, "
        f"judged by {check['judgedBy']}, placed by {check['placedBy']}"
    )
    stage.tell(f"      {rules_in_short(check['reasons'])}")


async def who_looked(stage: Stage) -> list[tuple[str, str, str, str]]:
    """The privacy officer answers Maria's question, from all four services."""
    stage.chapter("Who looked at the file of Maria and her household")
    officer = stage.as_role(Role.PRIVACY_OFFICER, "the privacy officer")
    calls: dict[tuple[tuple[str, str, str, str], str], tuple[str, str, str, str]] = {}
    for service, subject in product(ServiceName, (stage.told["maria"], stage.told["household"])):
        page = await officer.get(f"/{service}/v1/audit-records?subjectId={subject}&pageSize=100")
        for item in page.body["items"]:
            row = (service.value, item["operation"], item["act"], ", ".join(item["actorRoles"]))
            # One call about both of them is a record of each, and is shown once.
            calls[row, item["traceId"]] = row
    rows = list(calls.values())
    services = {row[0] for row in rows}
    must({"plans", "referrals"} <= services, "plans and referrals recorded who looked")
    must(
        any(row[2] == "disclose" and "provider_intake" in row[3] for row in rows),
        "that the provider saw who it is, is recorded",
    )
    must("providers" not in services, "the registry of providers knows no person")
    must(
        any(row[1] == "list_queue" and "central_access" in row[3] for row in rows),
        "that the centrale toegang saw the household in its queue, is recorded",
    )
    stage.tell(
        f"{len(rows)} times, in {len(services)} services; the fourth, providers, knows no person."
    )
    return rows
