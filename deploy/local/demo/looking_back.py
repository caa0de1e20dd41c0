"""The last chapters: three months later, and who looked at the file."""

from datetime import UTC, datetime

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
    held = await noor.post(
        f"{base}/evaluations",
        {
            "momentId": moment["id"],
            "withClient": True,
            "decisions": [
                {
                    "supportItemId": stage.told["item"],
                    "decision": "continue",
                    "motivation": "Maria gaat graag; nog een kwartaal.",
                },
                {
                    "supportItemId": stage.told["cafe"],
                    "decision": "stop",
                    "motivation": "Ze gaat nu zelf, met een buurvrouw.",
                },
            ],
        },
    )
    after = await noor.get(base)
    status = {item["id"]: item["status"] for item in after.body["supportItems"]}
    must(status[stage.told["item"]] == "running", "dagbesteding goes on")
    must(status[stage.told["cafe"]] == "stopped", "the company to the coffee morning stops")
    stage.tell(
        "Dagbesteding goes on. Going along to the coffee morning stops: Maria goes by herself now, "
        f"with a neighbour. Next evaluation: {held.body['nextMoment']['on']}."
    )


async def who_looked(stage: Stage) -> list[tuple[str, str, str, str]]:
    """The privacy officer answers Maria's question, from all four services."""
    stage.chapter("Who looked at Maria's file")
    officer = stage.as_role(Role.PRIVACY_OFFICER, "the privacy officer")
    rows: list[tuple[str, str, str, str]] = []
    for service in ServiceName:
        page = await officer.get(
            f"/{service}/v1/audit-records?subjectId={stage.told['maria']}&pageSize=100"
        )
        rows += [
            (service.value, item["operation"], item["act"], ", ".join(item["actorRoles"]))
            for item in page.body["items"]
        ]
    services = {row[0] for row in rows}
    must({"plans", "referrals"} <= services, "plans and referrals recorded who looked")
    must(
        any(row[2] == "disclose" and "provider_intake" in row[3] for row in rows),
        "that the provider saw who it is, is recorded",
    )
    stage.tell(f"{len(rows)} records in {len(services)} services.")
    return rows
