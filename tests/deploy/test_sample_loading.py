"""The sample is loaded into a running instance, twice without a difference."""

from pathlib import Path

import httpx
import pytest

from deploy.local.demo.loading import load_sample
from deploy.local.postgres import temporary_data_folder
from deploy.local.runner import running
from deploy.local.sample import PROVIDERS, TEAMS
from deploy.local.state import NotRunningError


async def test_the_sample_is_there_after_loading_it_twice() -> None:
    with temporary_data_folder() as folder:
        async with running(folder, fsync=False) as instance:
            await load_sample(folder)
            await load_sample(folder)
            headers = {"Authorization": f"Bearer {instance.token('administrator')}"}
            async with httpx.AsyncClient(base_url=instance.base_url, headers=headers) as http:
                teams = (await http.get("/intake/v1/teams")).json()["items"]
                found = (await http.get("/providers/v1/organisations")).json()["items"]

    assert {team["name"] for team in teams} == {team.name for team in TEAMS}
    assert {each["name"] for each in found} == {provider.name for provider in PROVIDERS}


async def test_without_a_running_instance_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError, match="Nothing runs"):
        await load_sample(tmp_path)
