"""A municipality with a pool, the people around an application, and applications at any point of their way."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

from sqlalchemy import select

from fundbank.applications import operations
from fundbank.applications.models import Application
from fundbank.applications.rules.content import Content, Cost, PlannedGain
from fundbank.extensions import db
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from fundbank.pools.roles import Role
from tests.builders import AT, a_department, a_person_with, a_pool

WAY = ("draft", "signed", "submitted", "ready")


@dataclass
class Office:
    """``office.person("chair")`` is made when first asked for; ``office.application("ready")`` has gone that far."""

    pool: Pool
    top: Department
    own: Department
    other: Department
    people: dict[str, User] = field(default_factory=dict)

    def applications(self) -> list[Application]:
        """All that have been started, the oldest first."""
        return list(db.session.scalars(select(Application).order_by(Application.id)))

    def person(self, role: str, department: Department | None = None) -> User:
        """A person of this role, who reads English; applicant and leader of the own department, the others of another."""
        where = department or (self.own if role in ("applicant", "leader") else self.other)
        key = f"{role} {where.id}"
        if key not in self.people:
            self.people[key] = a_person_with(self.pool, Role(role), department=where, name=f"{role.title()} i {where.name}", language="en")
        return self.people[key]

    def content(self, **more: Any) -> Content:
        """A case that may be submitted under every policy of these tests."""
        whole = Content(
            title="Tidsbestilling", summary="Borgerne bestiller selv tid.", loan_ore=600_000_00, it_consulted=True,
            own_scores=dict.fromkeys(("wellbeing", "efficiency", "quality", "security", "scalability"), 3),
            costs=(Cost(0, "establishment", 600_000_00, "Software"),),
            gains=tuple(PlannedGain(year, self.own.id, 400_000_00) for year in (1, 2, 3)),
        )  # fmt: skip
        return whole.replace(**more)

    def application(self, state: str = "draft", *, department: Department | None = None, **more: Any) -> Application:
        department = department or self.own
        writer, leader = self.person("applicant", department), self.person("leader", department)
        made = operations.start_application(actor=writer, at=AT, pool=self.pool, department=department, content=self.content(**more))
        for step in WAY[1 : WAY.index(state) + 1]:
            at = AT + timedelta(hours=WAY.index(step))
            if step == "signed":
                operations.sign_application(actor=leader, at=at, application=made)
            elif step == "submitted":
                operations.submit_application(actor=writer, at=at, application=made)
            else:
                operations.screen_application(actor=self.person("coordinator"), at=at, application=made, result="eligible")
        return made


def an_office(preset: str = "herning", **overrides: Any) -> Office:
    pool = a_pool(preset=preset, name="Udviklingspuljen", **overrides)
    top = a_department(pool.municipality, "Direktionen")
    return Office(pool, top, a_department(name="Borgerservice", parent=top), a_department(pool.municipality, "Økonomi"))


def form_of(page: str) -> dict[str, Any]:
    """What a browser would send back of the page's large form, untouched."""
    data: dict[str, Any] = {}
    form = re.search(r'<form method="post" novalidate[^>]*>(.*?)</form>', page, re.DOTALL)[1]
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if given.get("type") in ("checkbox", "radio"):
            if " checked" in tag:
                data.setdefault(given["name"], []).append(given["value"])
        else:
            data[given["name"]] = unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'<option value="([^"]*)"', options)
        data[name] = chosen[1]
    return {name: value for name, value in data.items() if name not in ("csrf_token", "once")}


def field_error(page: str, name: str) -> str | None:
    """The sentence that stands at the field of that name."""
    match = re.search(rf'id="{re.escape(name)}-error"[^>]*><span[^>]*>Error: </span>(.*?)</span>', page)
    return unescape(match[1]) if match else None
