"""Every table of the program: one import that knows them all, for whoever needs the schema whole without the pages."""

from fundbank.applications import models as applications
from fundbank.awards import models as awards
from fundbank.extensions import Base
from fundbank.files import models as files
from fundbank.gains import models as gains
from fundbank.history import models as history
from fundbank.ideas import models as ideas
from fundbank.kit import once
from fundbank.kit.seals import models as seals
from fundbank.ledger import models as ledger
from fundbank.meetings import models as meetings
from fundbank.notices import models as notices
from fundbank.outbox import models as outbox
from fundbank.people import models as people
from fundbank.pools import models as pools
from fundbank.repayments import models as repayments
from fundbank.reports import models as reports
from fundbank.reversals import models as reversals
from fundbank.scoring import models as scoring
from fundbank.wording import models as wording

MODULES = (
    once,
    seals,
    history,
    outbox,
    files,
    people,
    pools,
    wording,
    ledger,
    applications,
    ideas,
    scoring,
    awards,
    gains,
    repayments,
    reversals,
    meetings,
    reports,
    notices,
)
METADATA = Base.metadata
