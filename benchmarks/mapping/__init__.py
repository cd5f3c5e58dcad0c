"""How many lines of statements are mapped to the right concept, and how fast.

    python -m benchmarks.mapping.run SHARED/corpus
    python -m benchmarks.mapping.speed SHARED/corpus

`folds` says what is asked, `baselines`, `neighbours` and `mapper` are who answers, `scores`
is how they did. Every company is asked of those who never saw a filing of it.
"""
