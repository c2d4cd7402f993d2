import type { HistoryData, ReportRun } from "../data/history.ts";
import type { RankedItem } from "../data/recorded.ts";
import type { DatasetFacts, RunFacts } from "../data/run_facts.ts";

/** A name that breaks out of elements and attributes and runs a script if a page does not escape it. */
export const HOSTILE = `"'></title></text></svg><script>document.title='taken'</script><img src=x onerror=alert(1)>&amp;`;

/** Options of an invented history. */
export interface SyntheticOptions {
  /** Name of the label with the most releases. */
  label?: string;
  /** Number of last months without computed KPIs. */
  withoutKpis?: number;
}

/** A history of this many months from 2021-01 on, whose values derive from the month's number. */
export function syntheticHistory(
  months: number,
  { label = "Svek", withoutKpis = 0 }: SyntheticOptions = {},
): HistoryData {
  const runs = Array.from({ length: months }, (_, index) => {
    const run = syntheticRun(index, label);
    const isActive = index === months - 1;
    const hasKpis = index < months - withoutKpis;
    return { ...run, isActive, ...(hasKpis ? {} : { kpis: new Map(), rankings: new Map() }) };
  });
  return {
    lake: "hive-data",
    runs,
    months: runs,
    active: runs.at(-1)?.runId,
    switches: runs.map(({ runId }, index) => ({
      event: "intent",
      id: "00000000-0000-4000-8000-000000000000",
      action: index % 10 === 9 ? "rollback" : "promote",
      run_id: runId,
      previous: runs[index - 1]?.runId ?? null,
      time: timeOf(index).toISOString(),
    })),
    stages: runs.slice(-12).map(({ runId }, index) => ({
      runId,
      wall: 3000 + 60 * index,
      stages: new Map([
        ["datasets/releases/ingest/releases", 2000 + 50 * index],
        ["datasets/others/ingest/artists", 400],
        ["datasets/releases/use/build/build_release_artists_xref_v1", 300],
        ["tests_parquet_run/checks/parquet_sanity", 500],
        ["seal", 20],
      ]),
    })),
    changes: runs.slice(1).flatMap(({ runId }, index) =>
      ["artist", "release"].map((entity) => ({
        fromRun: runIdOf(index),
        toRun: runId,
        entity,
        added: 71_234 + index,
        removed: 1_234,
        changed: 250_000 + 1_000 * index,
      })),
    ),
    ignored: [],
  };
}

const monthOf = (index: number) =>
  `${2021 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
const runIdOf = (index: number) => `${monthOf(index)}__${monthOf(index).replace("-", "")}15_120000`;
const timeOf = (index: number) => new Date(Date.UTC(2021, index, 15, 12));

function syntheticRun(index: number, label: string): ReportRun {
  const releases = 14_000_000 + 71_234 * index;
  return {
    runId: runIdOf(index),
    month: monthOf(index),
    isActive: false,
    state: { status: "ok", details: "" },
    facts: syntheticFacts(index, releases),
    kpis: new Map([
      ["n_releases_distinct", releases],
      ["n_artists_distinct", 8_000_000 + 41_111 * index],
      ["n_labels_distinct", 1_900_000 + 12_345 * index],
      ["n_masters_distinct", 2_000_000 + 9_876 * index],
      ["pct_releases_with_artist_link_bp", 9_999],
      ["pct_releases_with_label_link_bp", 9_950 + (index % 5)],
      ["pct_releases_with_genre_bp", 10_000],
      ["pct_releases_with_style_bp", 9_300 - index],
      ["avg_artists_per_release_bp", 12_345],
      ["avg_labels_per_release_bp", 11_234 + index],
      ["top_label_share_bp", 250],
      ["top10_labels_share_bp", 700],
    ]),
    rankings: new Map([
      [
        "top_labels",
        ranking([label, ...Array.from({ length: 11 }, (_, n) => `A label with a long name ${n}`)], index),
      ],
      [
        "top_styles",
        ranking(
          Array.from({ length: 12 }, (_, n) => `Style ${n}`),
          index,
        ),
      ],
      [
        "releases_per_decade",
        ranking(
          Array.from({ length: 14 }, (_, n) => `${1890 + 10 * n}s`),
          0,
          14,
        ),
      ],
      [
        "releases_per_country",
        ranking(
          Array.from({ length: 20 }, (_, n) => `Country ${n}`),
          0,
          20,
        ),
      ],
    ]),
    activations: 1,
  };
}

/** Items in an order that rotates by month, except for the first. */
function ranking([first = "", ...others]: readonly string[], turn: number, places = 10): RankedItem[] {
  const from = Math.floor(turn / 3) % others.length;
  return [first, ...others.slice(from), ...others.slice(0, from)].slice(0, places).map((item, index) => ({
    place: index + 1,
    item,
    releases: 400_000 - 9_000 * index,
    share: (400_000 - 9_000 * index) / 14_000_000,
  }));
}

function syntheticFacts(index: number, releases: number): RunFacts {
  const dataset = (name: string, rows: number, facts: Partial<DatasetFacts>): [string, DatasetFacts] => [
    name,
    { name, rows, bytes: 120 * rows, counts: {}, filled: {}, references: {}, ...facts },
  ];
  return {
    runId: runIdOf(index),
    month: monthOf(index),
    mode: "prod",
    sealed: timeOf(index),
    datasets: new Map([
      dataset("releases_v6", releases, {
        // The last month of each year has far more than the gate accepts.
        counts: { null_release_id: index % 12 === 11 ? 900 : 20 },
        filled: {
          release_id: releases,
          status: releases - 1,
          notes: Math.floor(releases / 2) - 10_000 * index,
        },
        references: { master_id: { references: releases, orphans: 4_000 + 20 * index } },
      }),
      dataset("masters_v1_typed", 2_000_000 + 9_876 * index, {
        filled: { master_id: 2_000_000 + 9_876 * index },
      }),
    ]),
    checks: 900,
    notOk: index % 4 === 0 ? ["WARN artists_v1.empty_name"] : [],
    baseline: index === 0 ? undefined : runIdOf(index - 1),
    maxDropPct: 5,
    maxGrowthPct: 25,
  };
}
