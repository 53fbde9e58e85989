"""Whether a model may be used to recommend anything, and where it is off."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from hall.domain.layout import Name
from simulation.past import Flaw
from simulation.validation.compared import Compared
from simulation.validation.fit import Fit, Pair
from simulation.validation.ruled import Calls

#: With this chance a model that is right is called off somewhere among so many parts.
_ERROR = 0.05
#: So many places are named; the rest is counted.
_NAMED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """From where on a model is off; what is smaller than any one of a pair is not."""

    #: The mean wait differs by more than this share of the real one …
    bias_share: float = 0.2
    #: … and by more than so many minutes, and by more than chance.
    bias_minutes: float = 1.0
    #: With service as it was, waits must go together at least so well, where there are any.
    correlation: float = 0.5
    #: At least this share of the calls must be the rule's own.
    as_ruled_share: float = 0.98
    #: Days may be off that are not more than this share of all.
    odd_days_share: float = 0.1
    #: Of fewer stops nothing is said.
    fewest: int = 30


ALL = Name(zh="全部", en="all together")


def is_off(fit: Fit, limits: Limits, *, among: int = 1) -> bool:
    """Whether the mean wait of the model is further from reality than limits and chance allow.

    Args:
        fit: of some stops.
        limits: from where on it is off.
        among: how many parts are looked at together; the more, the more of them differ by chance.

    Source:
        G. J. Hahn, W. Q. Meeker: Statistical intervals (1991), section 4.8: the prediction
        interval of one further observation, here simultaneous by Bonferroni's inequality.
    """
    bias, real = fit.bias_minutes, fit.wait.real
    if bias is None or real is None or fit.stops < limits.fewest:
        return False
    allowed = max(limits.bias_minutes, limits.bias_share * real)
    return abs(bias) > max(allowed, _chance(fit.wait, among))


def _chance(wait: Pair, among: int) -> float:
    """Return how far reality lies from the mean of the replications by chance."""
    if wait.runs < 2 or not wait.spread:  # noqa: PLR2004
        return 0.0
    reach = float(stdtrit(wait.runs - 1, 1 - _ERROR / (2 * among)))
    return reach * wait.spread * math.sqrt(1 + 1 / wait.runs)


def biases(found: Compared, limits: Limits) -> Iterator[Name]:
    """Yield where the mean waits of the model are off, the most general first."""
    if found.all is None or found.all.wait.real is None:
        yield Name(zh="没有可以比对的等候", en="there is no wait to compare with")
        return
    if is_off(found.all, limits):
        yield _biased(ALL, found.all)
    for some in (found.hours, found.groups):
        off = [part for part in some if is_off(part.fit, limits, among=len(some))]
        off.sort(key=lambda part: -abs(part.fit.bias_minutes or 0))
        yield from _named([_biased(part.name, part.fit) for part in off])
    many = len(found.days)
    odd = [part.id for part in found.days if is_off(part.fit, limits, among=many)]
    if len(odd) > limits.odd_days_share * many:
        yield Name(
            zh=f"{many} 天中有 {len(odd)} 天偏差过大：{'、'.join(odd[:_NAMED])}",
            en=f"{len(odd)} of {many} days are off: {', '.join(odd[:_NAMED])}",
        )


def uncorrelated(whole: Fit | None, limits: Limits) -> Iterator[Name]:
    """Yield that the waits of the model do not go with the real ones, if they do not."""
    if whole is None or whole.correlation is None or (whole.wait.real or 0) < limits.bias_minutes:
        return
    if whole.correlation < limits.correlation:
        found = whole.correlation
        yield Name(
            zh=f"模型的等候与实际不同步（相关系数 {found:.2f}）",
            en=f"the waits of the model do not go with the real ones (correlation {found:.2f})",
        )


def doubts(calls: Calls, flaws: Sequence[Flaw], limits: Limits) -> Iterator[Name]:
    """Yield what is doubtful about the journal itself: its chain, its calls."""
    if flaws:
        more = f" (+{len(flaws) - 1})" if len(flaws) > 1 else ""
        yield Name(
            zh=f"流水不完整：{flaws[0].text.zh}{more}",
            en=f"the journal is not whole: {flaws[0].text.en}{more}",
        )
    share = calls.as_ruled_share
    if share is not None and share < limits.as_ruled_share:
        yield Name(
            zh=f"只有 {share:.1%} 的叫号符合规则，其余没有登记原因",
            en=f"only {share:.1%} of the calls are the rule's, and nobody said why the others",
        )


def _biased(name: Name, fit: Fit) -> Name:
    real, model = fit.wait.real or 0, fit.wait.model or 0
    return Name(
        zh=f"{name.zh}：平均等候模型 {model:.1f} 分，实际 {real:.1f} 分",
        en=f"{name.en}: mean wait {model:.1f} min in the model, {real:.1f} in fact",
    )


def _named(found: Sequence[Name]) -> Iterable[Name]:
    more = len(found) - _NAMED
    rest = [Name(zh=f"另有 {more} 处", en=f"and {more} more places")] if more > 0 else []
    return [*found[:_NAMED], *rest]
