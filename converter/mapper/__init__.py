"""Which concept a printed line states, learned from what companies filed.

`evidence` says in numbers what is known of each line, `network` turns that into
probabilities of concepts, `artefact` holds what was learned, `judging` answers in the
names of the chosen taxonomy.
"""
