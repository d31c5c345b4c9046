"""The marketplace for public cloud services: who offers what, guidance, an overview of the market, and search.

Each subject is a sub-package with its own models, actions, pages and words, and imports the others only through their
``queries`` and ``actions``:

``firms/``          registration, verification, members and terms of the firms
``listings/``       services as answers to typed questions, in versions
``moderation/``     what SI checks before anything is public, and takes away
``guidance/``       articles, guides, glossary, questions to SI
``search/``         one box for everything public
``shortlists/``     comparison, and a choice with its grounds
``overview/``       the market in figures
``opportunities/``  what is coming and open, for suppliers
"""
