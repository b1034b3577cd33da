"""Topics by this library, as topics.py has them by others.

    ours.py DATA OUT

Each set is logged in ten orders by examples/replay and scored before and after -regroup;
then the noise of clinc150 that was grouped is held against Caution.
"""
import os
import shutil
import subprocess
import sys

import table

SHUFFLES = range(1, 11)
CAUTIONS = (.1, .3, 1, 3, 10)


class Replay:
    """examples/replay, built once."""

    def __init__(self, out):
        self.out, self.program = out, table.program(out)
        said = subprocess.run(['git', 'describe', '--always', '--dirty'], cwd=table.ROOT, capture_output=True, text=True)
        self.version = said.stdout.strip()

    def log(self, s, name, *flags):
        """Logs the set and returns the file that says where each contact belongs."""
        path = os.path.join(self.out, f'{s.name}.{name}.jsonl')
        subprocess.run([self.program, '-in', s.gold, '-out', path, *map(str, flags)], check=True, capture_output=True)
        return path


def main(data, out):
    replay = Replay(out)
    table.head()
    for name in table.SETS:
        s = table.Set(data, out, name)
        before, after = [], []
        for n in SHUFFLES:
            db = os.path.join(out, 'db')
            shutil.rmtree(db, ignore_errors=True)
            before.append(s.score(replay.log(s, f'ours.{n}', '-shuffle', n, '-db', db)))
            after.append(s.score(replay.log(s, f'ours-regrouped.{n}', '-shuffle', n, '-db', db, '-regroup')))
            shutil.rmtree(db)
        table.row(name, 'supportloop', replay.version, before)
        table.row(name, 'supportloop, -regroup', replay.version, after)

    s = table.Set(data, out, 'clinc150')
    print('\n| clinc150, -shuffle 1, Caution | noise in a problem of two and more | noise in a topic of two and more | topics, B3-F |')
    print('| ---: | --- | --- | --- |')
    for caution in CAUTIONS:
        path = replay.log(s, f'caution-{caution}', '-shuffle', 1, '-caution', caution)
        topic = s.score(path)
        problem = s.evaluate.groups(path, s.gold, noise=s.noise)
        print(f'| {caution} | {problem["noise grouped"]:.3f} | {topic["noise grouped"]:.3f} | {topic["B3-F"]:.3f} |', flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
