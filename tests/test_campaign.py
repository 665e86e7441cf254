"""A campaign list: who is drawn, who is held out, who is left alone; and columns that say so."""

import csv
import io

import numpy as np
import pytest

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, read_table, to_csv
from clustering.errors import InvalidSetting
from clustering.export import CampaignSpec, ContactColumn, campaign, campaign_table, contact_columns, contact_entries

BOTH = (0, 1)


def customers(n_large=12, n_small=8, header="", cells=()):
    """A table of two segments, the large one first; with another column where its cells are given."""
    cells = list(cells) or [""] * (n_large + n_small)
    values = [*range(n_large), *range(1000, 1000 + n_small)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "x", *[header] * bool(header)])
    writer.writerows(
        (f"{i:04}", x, *[cell] * bool(header)) for i, (x, cell) in enumerate(zip(values, cells, strict=True))
    )
    table = read_table(out.getvalue().encode())
    return table, fit(prepare(table, FeatureSpec(("x",), outliers="keep")), ClusterSpec(n_clusters=2))


TABLE, SEGMENTS = customers()


def drawn(segments=BOTH, **settings):
    return campaign(TABLE, SEGMENTS, CampaignSpec(segments, **settings))


def told(found):
    return " ".join(found.notes)


# --- how many ---


def test_the_number_asked_for_is_contacted_and_held_out_together():
    found = drawn(n=10, control_share=0.2)
    assert (len(found.rows), found.n_contact, found.n_control) == (10, 8, 2)


def test_without_a_number_everybody_is_in():
    found = drawn(control_share=0.1)
    assert found.rows.tolist() == list(range(20))
    assert (found.n_contact, found.n_control) == (18, 2)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (10, (6, 4)),  # of 12 and 8
        (7, (4, 3)),  # 4.2 and 2.8
        (8, (5, 3)),  # 4.8 and 3.2
        (1, (1, 0)),  # 0.6 and 0.4
        (20, (12, 8)),
    ],
)
def test_segments_are_drawn_in_proportion(n, expected):
    assert tuple(one.n_contact + one.n_control for one in drawn(n=n).segments) == expected


def test_so_is_the_control_group():
    # 4 of 10: of 6 and 4 these are 2.4 and 1.6
    assert [one.n_control for one in drawn(n=10, control_share=0.4).segments] == [2, 2]


@pytest.mark.parametrize(
    ("n", "control_share", "n_control"),
    [(5, 0.1, 1), (4, 0.1, 0), (10, 0.25, 3), (10, 0, 0), (2, 0.9, 1), (1, 0.9, 0), (20, 0.5, 10)],
)
def test_the_control_group_is_rounded_half_up_but_leaves_one_to_contact(n, control_share, n_control):
    assert drawn(n=n, control_share=control_share).n_control == n_control


def test_a_half_is_a_half_however_it_is_kept():
    table, segments = customers(30, 20)
    assert campaign(table, segments, CampaignSpec(BOTH, control_share=0.29)).n_control == 15  # 14.499999999999998


def test_fewer_than_asked_for_are_all_in_and_told():
    found = drawn(n=500)
    assert len(found.rows) == 20
    assert "500 customers were asked for; only 20 of these segments may be contacted." in found.notes


# --- chance ---


def test_the_seed_decides():
    assert drawn(n=10, seed=3).rows.tolist() == drawn(n=10, seed=3).rows.tolist()
    assert drawn(n=10, seed=3).rows.tolist() != drawn(n=10, seed=4).rows.tolist()


def test_those_with_the_lowest_numbers_of_the_seed_are_in_and_the_lowest_held_out():
    numbers = np.random.PCG64(7).random_raw(20)
    found = drawn(n=10, control_share=0.2, seed=7)
    large, small = sorted(range(12), key=lambda i: numbers[i]), sorted(range(12, 20), key=lambda i: numbers[i])
    assert found.rows.tolist() == sorted(large[:6] + small[:4])
    assert found.rows[found.is_control].tolist() == [large[0], small[0]]


def test_the_draw_of_a_seed_is_the_same_on_every_machine_and_for_ever():
    found = drawn(n=5, control_share=0.4, seed=1)
    assert found.rows.tolist() == [2, 4, 9, 16, 18]
    assert found.rows[found.is_control].tolist() == [9, 16]


def test_every_customer_is_as_likely_to_be_in_and_to_be_held_out():
    n_in, n_held_out = np.zeros((2, 20))
    for seed in range(400):
        found = drawn(n=10, control_share=0.5, seed=seed)
        n_in[found.rows] += 1
        n_held_out[found.rows[found.is_control]] += 1
    # half of 400, deviation 10; a quarter, 8.7 (3 of 12 and 2 of 8 are held out)
    assert (abs(n_in - 200) < 50).all()
    assert (abs(n_held_out - 100) < 45).all()


def test_who_is_drawn_of_a_segment_does_not_depend_on_the_others():
    alone, among = drawn((0,), n=6, seed=5), drawn(n=10, seed=5)
    assert alone.rows.tolist() == among.rows[among.rows < 12].tolist()


def test_who_may_not_be_contacted_makes_room_for_the_next():
    before = drawn((0,), n=6).rows.tolist()
    out = before[2]
    table, segments = customers(header="opt_out", cells=["yes" if row == out else "no" for row in range(20)])
    after = campaign(table, segments, CampaignSpec((0,), n=6, exclude=(ContactColumn("opt_out", ("yes",)),)))
    assert out not in after.rows
    assert len(set(before) & set(after.rows.tolist())) == 5


def test_the_seed_is_told():
    assert drawn(n=10, seed=12345).notes[0] == (
        "10 customers of 20 who may be contacted, drawn at random: 9 to contact, 1 held out as the control group. "
        "Seed 12345: the same file and settings give the same list."
    )


# --- whom ---


def test_only_chosen_segments_are_in():
    assert drawn((1,)).rows.tolist() == list(range(12, 20))


def test_segments_are_told_by_name():
    found = campaign(TABLE, SEGMENTS, CampaignSpec((1, 0, 1)), ("Savers", " "))
    assert [(one.label, one.name, one.n_customers) for one in found.segments] == [
        (0, "Savers", 12),
        (1, "Segment 2", 8),
    ]


def test_noise_is_in_no_campaign():
    table = read_table(b"x\n1\n2\n3\n50\n101\n102\n103\n")
    spec = ClusterSpec("dbscan", settings={"eps": 1.5, "min_samples": 2})
    segments = fit(prepare(table, FeatureSpec(("x",), scale="none", outliers="keep")), spec)
    assert campaign(table, segments, CampaignSpec(BOTH)).rows.tolist() == [0, 1, 2, 4, 5, 6]


REFUSING = ["yes", "Yes ", "YES", "no", "no", "", "?", "maybe", "no", "no", "no", "no", *["no"] * 8]


def refusing(*meant):
    table, segments = customers(header="opt_out", cells=REFUSING)
    return campaign(table, segments, CampaignSpec(BOTH, exclude=(ContactColumn("opt_out", *meant),)))


@pytest.mark.parametrize("level", ["yes", "Yes", " YES\t"])
def test_customers_who_must_not_be_contacted_are_left_out_however_it_is_written(level):
    found = refusing((level,))
    assert not {0, 1, 2} & set(found.rows.tolist())
    assert {3, 4, 7} < set(found.rows.tolist())
    assert found.n_excluded == 3
    assert f'3 customers are left out, as "opt_out" says "{level.strip()}".' in found.notes


def test_customers_without_an_entry_are_left_out_and_counted():
    found = refusing(("yes",))
    assert not {5, 6} & set(found.rows.tolist())
    assert found.n_without_entry == 2
    assert '2 customers without an entry in "opt_out" are left out too: nobody knows what they want.' in found.notes
    assert len(found.rows) == 15
    assert found.segments[0].n_available == 7


def test_customers_without_an_entry_are_in_where_the_user_says_so():
    found = refusing(("yes",), True)
    assert {5, 6} < set(found.rows.tolist())
    assert "2 customers without an entry" in told(found)
    assert "taken for somebody who may be contacted" in told(found)


def test_any_entry_can_mean_that_a_customer_must_not_be_contacted():
    found = refusing(None, True)
    assert found.rows.tolist() == [5, 6]


def test_only_customers_of_the_chosen_segments_are_counted_as_left_out():
    table, segments = customers(header="opt_out", cells=["yes"] * 5 + ["no"] * 7 + ["yes"] * 2 + ["no"] * 6)
    found = campaign(table, segments, CampaignSpec((1,), exclude=(ContactColumn("opt_out", ("yes",)),)))
    assert found.n_excluded == 2


def test_an_entry_that_stands_nowhere_is_told():
    found = refusing(("yes", "blocked"))
    assert '"blocked" stands in no cell of "opt_out".' in found.notes


def test_a_column_that_is_not_heeded_is_told():
    table, segments = customers(header="opt_out", cells=REFUSING)
    found = campaign(table, segments, CampaignSpec(BOTH))
    assert '"opt_out" may say who must not be contacted; this list does not heed it.' in found.notes
    assert "heed" not in told(drawn())


def test_a_column_that_leaves_nobody_of_these_out_is_told():
    table, segments = customers(header="opt_out", cells=["no"] * 19 + ["yes"])
    found = campaign(table, segments, CampaignSpec((0,), exclude=(ContactColumn("opt_out", ("yes",)),)))
    assert 'Nobody of these is left out by what "opt_out" says.' in found.notes


def test_who_is_left_out_by_one_of_several_columns_is_left_out():
    lines = ["id,x,opt_out,consent"]
    lines += [
        f"{i:04},{i + 1000 * (i > 11)},{'yes' if i == 3 else 'no'},{'' if i == 5 else 'no' if i == 7 else 'yes'}"
        for i in range(20)
    ]
    table = read_table("\n".join(lines).encode())
    segments = fit(prepare(table, FeatureSpec(("x",), outliers="keep")), ClusterSpec(n_clusters=2))
    found = campaign(table, segments, CampaignSpec(BOTH, exclude=contact_columns(table)))
    assert sorted({*range(20)} - {*found.rows.tolist()}) == [3, 5, 7]
    assert (found.n_excluded, found.n_without_entry) == (2, 1)
    with pytest.raises(
        InvalidSetting, match='Nobody is left to contact: "opt_out", "consent" forbid it for 20 of these'
    ):
        meant = ContactColumn("opt_out", ("no", "yes")), ContactColumn("consent")
        campaign(table, segments, CampaignSpec(BOTH, exclude=meant))


def test_a_customer_on_several_rows_is_left_out_on_all_of_them():
    lines = ["customer_id,x,opt_out", *["?,0,"] * 4, "?,1,yes"]
    lines += [f"C{i // 2},{i},{'yes' if i == 8 else ''}" for i in range(6, 30)]
    lines += [f"D{i},{1000 + i},no" for i in range(20)]
    table = read_table("\n".join(lines).encode())
    assert table.columns[0].role == "id"
    segments = fit(prepare(table, FeatureSpec(("x",), outliers="keep")), ClusterSpec(n_clusters=2))
    meant = ContactColumn("opt_out", ("yes",), contact_missing=True)
    found = campaign(table, segments, CampaignSpec((0,), exclude=(meant,)))
    assert sorted({*range(29)} - {*found.rows.tolist()}) == [4, 7, 8]  # C4 stands on 7 and 8; nobody is called "?"
    assert '1 row more is left out: the same "customer_id" is left out on another row.' in found.notes


def test_a_shop_that_many_share_leaves_nobody_else_out():
    lines = [
        "store_id,x,opt_out",
        *(f"S{i // 10:03},{i + 5000 * (i > 599)},{'yes' if i == 0 else 'no'}" for i in range(1000)),
    ]
    table = read_table("\n".join(lines).encode())
    assert table.columns[0].role == "id"
    segments = fit(prepare(table, FeatureSpec(("x",), outliers="keep")), ClusterSpec(n_clusters=2))
    found = campaign(table, segments, CampaignSpec(BOTH, exclude=(ContactColumn("opt_out", ("yes",)),)))
    assert len(found.rows) == 999


def test_nobody_left_is_refused_with_the_reason():
    cells = ["yes"] * 11 + [""] + ["no"] * 8
    table, segments = customers(header="opt_out", cells=cells)
    with pytest.raises(InvalidSetting) as refusal:
        campaign(table, segments, CampaignSpec((0,), exclude=(ContactColumn("opt_out", ("yes",)),)))
    assert str(refusal.value).startswith(
        'Nobody is left to contact: "opt_out" forbids it for 11 and says nothing about 1 of these customers.'
    )


# --- what is told and refused ---


def test_no_control_group_is_told():
    assert (
        "Nobody is held out, so nobody will be able to tell what the campaign has done." in drawn(control_share=0).notes
    )
    assert "10.0 % of 4 customers is nobody: there is no control group." in drawn(n=4).notes


def test_a_segment_of_which_nobody_is_held_out_is_told():
    # 1 of 5: of 3 and 2 these are 0.6 and 0.4
    found = campaign(TABLE, SEGMENTS, CampaignSpec(BOTH, n=5, control_share=0.2), ("A", "B"))
    assert 'Nobody of "B" is held out: too few are in the list.' in told(found)


def test_a_customer_in_both_groups_is_told():
    lines = [
        "customer_id,x",
        *["?,0"] * 4,
        *(f"C{i // 2},{i}" for i in range(4, 30)),
        *(f"D{i},{1000 + i}" for i in range(20)),
    ]
    table = read_table("\n".join(lines).encode())
    assert table.columns[0].role == "id"
    segments = fit(prepare(table, FeatureSpec(("x",), outliers="keep")), ClusterSpec(n_clusters=2))
    found = campaign(table, segments, CampaignSpec((0,), control_share=0.5))
    held_out, contacted = (set(found.rows[mask] // 2) for mask in (found.is_control, ~found.is_control))
    n = len(held_out & contacted - {0, 1})
    assert n > 1
    assert f'{n} values of "customer_id" stand on several rows and came into both groups' in told(found)
    assert "both groups" not in told(drawn())


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"segments": ()}, "Choose at least one segment"),
        ({"n": 0}, "A campaign for 0 customers is none"),
        ({"n": -5}, "A campaign for -5 customers is none"),
        ({"control_share": 1}, "A control group of 100.0 % cannot be held out"),
        ({"control_share": -0.1}, "cannot be held out"),
        ({"control_share": float("nan")}, "cannot be held out"),
        ({"seed": -1}, "The seed is -1; it can be 0 or any whole number above"),
    ],
)
def test_what_makes_no_campaign_is_refused(settings, sentence):
    with pytest.raises(InvalidSetting, match=sentence):
        CampaignSpec(**{"segments": BOTH, **settings})


def test_a_segment_that_is_not_there_is_refused():
    with pytest.raises(InvalidSetting, match="There is no segment 3; the segments are 1 to 2"):
        drawn((0, 2))


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(InvalidSetting, match='There is no column "consent" in this file'):
        drawn(exclude=(ContactColumn("consent", ("no",)),))


def test_segments_of_another_table_are_refused():
    with pytest.raises(InvalidSetting, match="belong to another table"):
        campaign(read_table(b"x\n1\n2\n9\n"), SEGMENTS, CampaignSpec(BOTH))


def test_settings_compare_by_value():
    one = CampaignSpec([1, 0, 1], exclude=[ContactColumn("opt_out", ["yes"])])
    same = CampaignSpec((0, 1), exclude=(ContactColumn("opt_out", ("yes",)),))
    assert one == same
    assert hash(one) == hash(same)


# --- the list ---


def test_the_list_holds_the_rows_as_they_stood_in_their_order():
    found = drawn(n=10, control_share=0.3)
    listed = campaign_table(label_table(TABLE, SEGMENTS, ("Many", "Few")), TABLE, found)
    assert list(listed) == ["id", "x", "segment", "segment_name", "group"]
    assert listed["id"].tolist() == [f"{row:04}" for row in found.rows]
    assert listed["segment_name"].tolist() == ["Many" if row < 12 else "Few" for row in found.rows]
    assert listed["group"].tolist() == ["control" if held_out else "contact" for held_out in found.is_control]


def test_columns_of_the_file_are_not_overwritten():
    table, segments = customers(header="group", cells=["mine"] * 20)
    listed = campaign_table(label_table(table, segments), table, campaign(table, segments, CampaignSpec(BOTH)))
    assert list(listed) == ["id", "x", "group", "segment", "segment_name", "group_2"]
    assert set(listed["group"]) == {"mine"}


def test_names_and_entries_that_start_a_formula_start_none_in_the_list():
    cells = ["=cmd|'/c calc'!A1"] * 3 + ["no"] * 17
    table, segments = customers(header="=opt_out", cells=cells)
    spec = CampaignSpec(BOTH, exclude=(ContactColumn("=opt_out", ("no",)),))
    found = campaign(table, segments, spec, ("=A1", ""))
    assert found.rows.tolist() == [0, 1, 2]
    written = to_csv(campaign_table(label_table(table, segments, ("=A1", "")), table, found))
    rows = list(csv.reader(io.StringIO(written.content.decode("utf-8-sig"), newline="")))
    assert rows[0][2] == "'=opt_out"
    assert {(row[2], row[4]) for row in rows[1:]} == {("'=cmd|'/c calc'!A1", "'=A1")}


def test_hostile_names_stand_on_one_line_in_what_is_told():
    header = "do not contact\n\u202e" + "x" * 300
    table, segments = customers(header=header, cells=["a\nb\u202e"] * 3 + ["no"] * 17)
    name = table.columns[2].name
    found = campaign(
        table, segments, CampaignSpec(BOTH, exclude=(ContactColumn(name, ("a\nb\u202e",)),)), ("\u202e\n", "")
    )
    assert found.n_excluded == 3
    assert all(note.isprintable() and len(note) < 400 for note in found.notes)


# --- columns that say who must not be contacted ---


def proposed(header, cells):
    table, _ = customers(header=header, cells=(list(cells) * 20)[:20])
    return contact_columns(table)


@pytest.mark.parametrize(
    "header",
    ["opt_out", "OptOut", "HasOptedOutOfEmail", "Do Not Call", "DNC", "unsubscribed", "is_blocked", "Werbesperre"],
)
def test_of_a_refusal_all_but_a_clear_no_is_left_out(header):
    assert proposed(header, ["no", "yes", "NO", "pending"]) == (ContactColumn(header, ("pending", "yes")),)


@pytest.mark.parametrize(
    "header", ["consent", "Marketing-Consent", "opt_in", "Accepts Email Marketing", "Einwilligung"]
)
def test_of_a_consent_all_but_a_clear_yes_is_left_out(header):
    assert proposed(header, ["yes", "no", "unknown", "granted"]) == (ContactColumn(header, ("no", "unknown")),)


@pytest.mark.parametrize(
    ("cells", "excluded"), [(["0", "1"], "1"), (["0.0", "1.0"], "1.0"), (["false", "true"], "true"), (["n", "j"], "j")]
)
def test_yes_and_no_are_known_in_other_words(cells, excluded):
    assert proposed("opt_out", cells) == (ContactColumn("opt_out", (excluded,)),)


def test_where_only_refusals_are_entered_no_entry_is_none():
    assert proposed("opt_out", ["x", ""]) == (ContactColumn("opt_out", ("x",), contact_missing=True),)


def test_where_only_consents_are_entered_no_entry_is_none():
    assert proposed("consent", ["yes", ""]) == (ContactColumn("consent", ()),)


def test_where_a_consent_was_only_ever_denied_no_entry_is_no_consent():
    assert proposed("consent", ["no", ""]) == (ContactColumn("consent", ("no",)),)


def test_a_day_of_refusing_is_a_refusal_whatever_day_it_is():
    days = ["2024-01-31", "", "2024-02-01", ""]
    assert proposed("unsubscribed_at", days) == (ContactColumn("unsubscribed_at", None, contact_missing=True),)
    assert proposed("consent_date", days) == (ContactColumn("consent_date", ()),)


@pytest.mark.parametrize("day", ["20240131", "2024", "45322"])
def test_a_day_of_refusing_or_consenting_may_be_a_number(day):
    cells = [day, *[""] * 9, day[:-1] + "0", *[""] * 9]
    assert proposed("opt_out", cells) == (ContactColumn("opt_out", None, contact_missing=True),)
    assert proposed("consent_date", cells) == (ContactColumn("consent_date", ()),)
    assert contact_entries(customers(header="opt_out", cells=cells)[0], "opt_out") is None


def test_among_the_days_of_consent_what_is_no_day_is_no_consent():
    days = [f"2024-{1 + i // 28:02}-{1 + i % 28:02}" for i in range(57)]
    table, _ = customers(40, 20, header="consent", cells=[*days, "no", "revoked", "yes"])
    assert contact_entries(table, "consent") is None
    assert contact_columns(table) == (ContactColumn("consent", ("no", "revoked")),)
    assert proposed("consent", ["31.01.2024", "2024-01-31T10:00:00Z", "", "2024-01-31 revoked"]) == (
        ContactColumn("consent", ("2024-01-31 revoked",)),
    )


def test_of_many_days_of_refusing_among_which_some_say_no_those_are_not_left_out():
    days = [f"2024-{1 + i // 28:02}-{1 + i % 28:02}" for i in range(55)]
    table, _ = customers(40, 20, header="unsubscribed", cells=[*days, *["no"] * 5])
    assert contact_columns(table) == (ContactColumn("unsubscribed", tuple(days)),)


def test_a_remark_on_a_few_customers_is_a_refusal_though_all_remarks_differ():
    cells = ["complained", "moved", "bounced", *[""] * 17]
    table, _ = customers(header="blocked_reason", cells=cells)
    assert table.columns[2].role == "id"
    (found,) = contact_columns(table)
    assert (set(found.exclude_levels), found.contact_missing) == ({"complained", "moved", "bounced"}, True)
    assert proposed("opt_out_id", [f"K{i}" for i in range(20)]) == ()


@pytest.mark.parametrize("header", ["newsletter", "Newsletter-Anmeldung", "subscribed", "Email subscription"])
def test_a_subscription_is_a_consent(header):
    assert proposed(header, ["yes", "no"]) == (ContactColumn(header, ("no",)),)


def test_a_consent_withdrawn_is_a_refusal():
    assert proposed("consent_withdrawn", ["no", "yes"]) == (ContactColumn("consent_withdrawn", ("yes",)),)


@pytest.mark.parametrize(
    "header",
    ["contact", "last_contact", "options", "complain", "No Calls", "plan", "newsletter_clicks", "subscription"],
)
def test_other_columns_are_not_proposed(header):
    assert proposed(header, ["no", "yes"]) == ()


def test_a_count_is_not_proposed():
    assert proposed("unsubscribed", [str(i * 7) for i in range(20)]) == ()


def test_entries_are_told_once_whatever_their_case_the_most_frequent_first():
    table, _ = customers(header="opt_out", cells=REFUSING)
    assert contact_entries(table, "opt_out") == ("no", "yes", "maybe")


def test_dates_are_no_answers_however_few():
    table, _ = customers(header="unsubscribed_at", cells=["2024-01-31", "", "2024-02-01", ""] * 5)
    assert contact_entries(table, "unsubscribed_at") is None


def test_too_many_entries_are_no_answers():
    cells = [f"note {i}" for i in range(51)]
    table, _ = customers(41, 10, header="opt_out", cells=cells)
    assert contact_entries(table, "opt_out") is None
    table, _ = customers(41, 10, header="opt_out", cells=[*cells[:50], ""])
    assert len(contact_entries(table, "opt_out")) == 50
