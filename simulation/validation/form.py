"""A validation as JSON for programs and as tables for people."""

from collections.abc import Iterator
from typing import Any

from hall.domain import moments
from hall.domain.layout import Name
from simulation.table import table
from simulation.validation.compared import Part, Place
from simulation.validation.fit import Fit, Pair
from simulation.validation.ruled import OddCall
from simulation.validation.trust import is_off
from simulation.validation.validate import Validation

#: So many of the worst places and of the odd calls are named.
_WORST = 20
_WORDS = {
    "zh": {
        "observed": "服务时长如实，方案为当日方案",
        "scenario": "服务时长按方案抽取：{name}（每天重复 {runs} 次）",
        "columns": (
            "",
            "等候人次",
            "平均等候 实际",
            "模型",
            "偏差",
            "九成 实际",
            "模型",
            "达标% 实际",
            "模型",
            "相关",
        ),
        "parts": ("按天", "按时段", "按类别"),
        "all": "全部",
        "off": "偏差过大",
        "calls": "叫号 {all} 次，其中登记原因的 {overrides} 次；其余符合规则的占 {share}",
        "odd": "第 {sequence} 号 {at}：{counter} 号窗口叫 {called}，规则为 {ruled}（{why}）",
        "left_out": "{day} 未比对：{why}",
        "never": "从未叫到的 {count} 人按平均时长计",
        "wrap": "有人等候时，办结到下一次叫号平均 {seconds:.0f} 秒",
        "trusted": "结论：模型可信，可用于建议",
        "refused": "结论：模型不可用于建议",
        "nothing": "结论：没有可以比对的日子，无从判断模型",
    },
    "en": {
        "observed": "services as long as they were, layouts of the days",
        "scenario": "services drawn from the scenario {name} ({runs} times a day)",
        "columns": (
            "",
            "stops",
            "mean wait, was",
            "model",
            "bias",
            "90 %, was",
            "model",
            "in target %, was",
            "model",
            "corr.",
        ),
        "parts": ("By day", "By hour", "By group"),
        "all": "all",
        "off": "off",
        "calls": "{all} calls, {overrides} overrides on the record; of the others as ruled {share}",
        "odd": "event {sequence} {at}: counter {counter} called {called}, not {ruled} ({why})",
        "left_out": "{day} is not compared: {why}",
        "never": "{count} were never called; they count with an average service",
        "wrap": "with somebody waiting, clerks took {seconds:.0f} s on the mean to the next call",
        "trusted": "Verdict: the model may be trusted",
        "refused": "Verdict: the model is off; it recommends nothing",
        "nothing": "Verdict: nothing could be compared, so that nothing is known of the model",
    },
}


def validation_form(found: Validation) -> dict[str, Any]:
    """Return a validation as JSON."""
    limits, compared = found.limits, found.compared
    return {
        "format": 1,
        "journal": found.source,
        "scenario": found.scenario.name if found.scenario else None,
        "replications": found.replications,
        **_fit(compared.all),
        "days": [{"day": part.id, **_part(part, found)} for part in compared.days],
        "hours": [{"hour": part.id, **_part(part, found)} for part in compared.hours],
        "groups": [
            {"group": part.id, "name": _name(part.name), **_part(part, found)}
            for part in compared.groups
        ],
        "off": [
            {"day": place.day, "hour": place.hour, "group": place.group, **_fit(place.fit)}
            for place in worst(found)
        ],
        "calls_as_ruled_share": found.calls.as_ruled_share,
        "calls": {
            "all": found.calls.all,
            "overrides": found.calls.overrides,
            "not_as_ruled": len(found.calls.odd),
            "odd": [_odd(call) for call in found.calls.odd[:_WORST]],
        },
        "left_out": [{"day": day.isoformat(), "why": _name(why)} for day, why in found.left_out],
        "flaws": [
            {"line": flaw.line, "sequence": flaw.sequence, "text": _name(flaw.text)}
            for flaw in found.flaws
        ],
        "never_called": found.never_called,
        "wrap_up_seconds": found.wrap_up_seconds,
        "limits": {name: getattr(limits, name) for name in limits.__slots__},
        "trusted": found.is_trusted,
        "reasons": [_name(reason) for reason in found.reasons],
    }


def validation_text(found: Validation, *, language: str) -> str:
    """Return a validation as tables, with the verdict at the end."""
    words: dict[str, Any] = _WORDS[language]
    scenario = found.scenario
    lines = [
        words["scenario"].format(name=scenario.name, runs=found.replications)
        if scenario
        else words["observed"]
    ]
    if found.compared.all is None:
        return "\n".join([*lines, "", *_remarks(found, language), "", words["nothing"]])
    lines += ["", *table(_rows(found, found.compared.all, language))]
    lines += ["", *_remarks(found, language), ""]
    lines.append(words["trusted" if found.is_trusted else "refused"])
    lines += [f"  {reason.in_language(language)}" for reason in found.reasons]
    return "\n".join(lines)


def _rows(found: Validation, whole: Fit, language: str) -> list[list[str]]:
    words: dict[str, Any] = _WORDS[language]
    compared = found.compared
    rows = [list(words["columns"]), _row(words["all"], whole)]
    for title, parts in zip(
        words["parts"], (compared.days, compared.hours, compared.groups), strict=True
    ):
        rows.append([title] + [""] * (len(rows[0]) - 1))
        for part in parts:
            off = words["off"] if _is_off(part, found) else ""
            rows.append(_row(f"  {part.name.in_language(language)} {off}".rstrip(), part.fit))
    return rows


def worst(found: Validation) -> list[Place]:
    """Return the places that are off, the worst first."""
    off = [place for place in found.compared.places if is_off(place.fit, found.limits)]
    return sorted(off, key=lambda place: -abs(place.fit.bias_minutes or 0))[:_WORST]


def _remarks(found: Validation, language: str) -> Iterator[str]:
    words: dict[str, Any] = _WORDS[language]
    calls, share = found.calls, found.calls.as_ruled_share
    yield words["calls"].format(
        all=calls.all, overrides=calls.overrides, share="–" if share is None else f"{share:.1%}"
    )
    for call in calls.odd[:_WORST]:
        yield "  " + words["odd"].format(
            sequence=call.sequence,
            at=moments.written(call.at),
            counter=call.counter,
            called=call.called,
            ruled=call.ruled or "–",
            why=call.why.in_language(language),
        )
    for day, why in found.left_out:
        yield words["left_out"].format(day=day, why=why.in_language(language))
    if found.never_called:
        yield words["never"].format(count=found.never_called)
    if found.wrap_up_seconds is not None:
        yield words["wrap"].format(seconds=found.wrap_up_seconds)
    for flaw in found.flaws[:_WORST]:
        yield flaw.text.in_language(language)


def _part(part: Part, found: Validation) -> dict[str, Any]:
    return {**_fit(part.fit), "off": _is_off(part, found)}


def _is_off(part: Part, found: Validation) -> bool:
    compared = found.compared
    among = next(
        len(parts) for parts in (compared.days, compared.hours, compared.groups) if part in parts
    )
    return is_off(part.fit, found.limits, among=among)


def _fit(fit: Fit | None) -> dict[str, Any]:
    nothing = Pair(real=None, model=None)
    pairs = (fit.wait, fit.p90, fit.within) if fit else (nothing, nothing, nothing)
    names = ("wait_minutes", "wait_p90_minutes", "within_target_share")
    return {
        "stops": fit.stops if fit else 0,
        **{
            name: {"real": pair.real, "model": pair.model}
            for name, pair in zip(names, pairs, strict=True)
        },
        "correlation": fit.correlation if fit else None,
        "bias_minutes": fit.bias_minutes if fit else None,
        "bias_share": fit.bias_share if fit else None,
    }


def _odd(call: OddCall) -> dict[str, Any]:
    return {
        "sequence": call.sequence,
        "at": moments.written(call.at),
        "counter": call.counter,
        "called": call.called,
        "ruled": call.ruled,
        "why": _name(call.why),
    }


def _name(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


def _row(name: str, fit: Fit) -> list[str]:
    shares = [
        None if share is None else share * 100 for share in (fit.within.real, fit.within.model)
    ]
    bias = "–" if fit.bias_minutes is None else f"{fit.bias_minutes:+.1f}"
    values = (fit.wait.real, fit.wait.model, fit.p90.real, fit.p90.model, *shares)
    real, model, *rest = ("–" if value is None else f"{value:.1f}" for value in values)
    correlation = "–" if fit.correlation is None else f"{fit.correlation:.2f}"
    return [name, str(fit.stops), real, model, bias, *rest, correlation]
