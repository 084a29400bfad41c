"""May this be said, to this person, this way, at this moment?

``judge(facts, law, at)`` answers with a ``Verdict``: allow, defer until an instant, block until an event,
or ask a person, and says why with citations. Nothing in this package knows a clock, a database, a network
or a framework: the same facts, law and instant give the same verdict for ever.
"""
