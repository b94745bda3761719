"""The rules of approvals, each with the tests that bear it; and those that stand nowhere else."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from approvals.errors import AlreadyDecided, RequestClosed, StepClosed
from approvals.models import Assignment, Instance, Run, Timer
from approvals.operations import heed_partnerships, start
from approvals.schema import check
from audit.tasks import seal
from kernel.actor import Actor
from kernel.errors import InvalidInput
from notifications.models import Notice
from orgs.models import Partnership
from orgs.operations import suspend_partnership
from tests.approvals.conftest import yes
from tests.approvals.ways import FIELDS, begun, ended, published, slots, step

PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
RULES = """
a published version never changes, running requests stay on theirs: a_published_version_never_changes a_new_version_is_for_new_requests
deleting a definition with running requests is 409: delete_with_running_requests_is_409 requests_nobody_here_sees_count_too_when_a_form_is_deleted a_deleted_form_is_found_no_more_and_what_has_ended_keeps_it under_the_key_of_a_deleted_form_versions_and_numbers_go_on
publishing reports all errors with JSON pointers: all_faults_are_found_in_one_go_each_with_its_pointer
limits of a definition: too_large_is_said_before_anything_else a_definition_has_its_limits
conditions are a whitelist, comparing null is false: operators comparing_null_is_false null_in_a_range_or_list_is_false
weights are whole numbers: weights_are_whole_numbers
no auto_pass on confirm: no_auto_pass_where_another_organization_answers
no subflow cycle: no_subflow_waits_for_itself_by_way_of_others
return targets lie before: one_returns_to_what_lies_before
a fragment meets the contract: a_fragment_that_wants_what_is_hidden_does_not_fit fragment_by_key_is_followed
an unknown field is 422, a read-only one 403, nothing stored: edit_takes_what_the_step_lets_its_people_change
the stricter right wins: a_partners_own_way_hides_a_sum_in_its_lists_too what_a_step_hides_from_its_people_is_no_field_of_theirs a_party_writes_what_the_contract_lets_it
approve, any, all: any_ends_with_the_first_yes all_waits_for_everybody any_may_wait_for_all_to_refuse all_may_wait_for_all_votes
handle: handle_is_done_when_it_is_completed
cc and set: set_writes_fields_and_cc_sends_copies_and_neither_waits a_copy_lets_its_reader_in
branch: branch_takes_the_first_that_is_true branch_without_a_true_case_takes_the_default
inclusive: inclusive_takes_all_that_are_true_and_waits_for_them
parallel: parallel_all_waits_for_every_branch parallel_first_cancels_the_losers parallel_n_that_cannot_be_reached_is_rejected
party: a_partys_no_returns_to_who_asked_by_default a_partys_no_ends_as_the_contract_says
confirm: confirm_waits_for_every_party all_parties_sign_one_hash an_edit_while_it_is_open_resets_all_answers sealed_hides_answers_until_all_are_in
confirm is never given by somebody's earlier yes: a_joint_confirmation_is_given_by_hand
subflow: a_subflow_is_asked_by_who_asked_with_what_it_is_handed a_subflow_that_is_not_approved_is_a_no
wait: a_wait_lasts_as_long_as_it_says_on_the_calendar_of_its_side a_wait_until_a_day_of_the_form_ends_as_that_day_begins_there
call, eight tries, failed, retry or skip: after_eight_tries_it_has_failed_and_who_steers_tries_again after_eight_tries_who_steers_may_go_past_it
a callback is taken once: an_answer_is_taken_once_and_writes_what_it_may
end: end_ends_the_flow_whatever_else_is_open
automatic steps are no more than a thousand: a_flow_that_passes_too_many_steps_by_itself_suspends
rules of who is asked: union_of_rules_names_each_once dept_head manager_chain_ends_at_a_circle role_scope_department field_users field_dept_head initiator except_takes_away same_as_asks_those_who_decided_that_step initiator_choice_within_its_limits previous_choice_is_made_with_the_decision
people of another party are dropped: people_of_another_party_are_left_out
self rule: self_rule_says_who_decides_instead_of_who_asked self_skip_approves_for_who_asked
dedupe: dedupe_is_consecutive_by_default dedupe_leaves_signatures_alone dedupe_asks_again_when_the_form_has_changed auto_decisions_never_count_for_dedupe
nobody is found: empty_turns_to_the_admins_by_default empty_users empty_ends_as_the_node_says empty_and_no_admin_either_suspends_stalled
list and rule go into the event: the_list_and_the_rule_go_into_the_event
delegation: a_delegate_decides_and_the_principal_keeps_the_slot whoever_is_first_wins a_chain_holds_for_three_and_no_more never_the_initiator one_human_has_one_vote_whoever_they_stand_in_for
leavers: whom_they_handed_over_to_takes_the_place on_member_loss_drop_goes_on_without_them a_quorum_that_is_lost_by_it_suspends what_they_decided_stands
quota: quota_n_approves_with_n quota_percent_rounds_up quota_rejects_at_once_when_out_of_reach percent_is_recomputed_as_people_are_removed
weighted: weighted_counts_by_weight weighted_tie_is_the_chairs_own_vote a_tie_falls_as_the_mode_says
sequence: sequence_has_one_pending_at_a_time
groups: groups_must_all_approve one_group_that_rejects_is_enough
only abstentions: only_abstentions_turn_to_the_admins only_abstentions_end_as_the_node_says
on_reject: on_reject_continue_goes_on on_reject_returns_to_a_step on_reject_return_start_gives_it_back
counters make a vote cost the same: a_vote_costs_as_many_statements_whether_few_or_many_are_asked
submit: a_draft_is_submitted_once_and_by_its_author every_value_that_does_not_fit_is_named
a form that has changed is 409: an_old_form_is_not_decided_upon
add_before: add_before_waits_for_the_helpers a_no_of_a_helper_before_rejects_the_step helpers_ask_helpers_no_deeper_than_five
add_after: add_after_leaves_the_step_open_for_the_helpers
add_parallel, remove_added: add_parallel_is_one_vote_more remove_added_takes_the_vote_away_and_looks_again
transfer: transfer_inherits_place_and_weight transfer_goes_no_further_than_ten_hops transfer_stays_in_the_organization
return: return_replay_walks_the_way_anew return_resume_comes_straight_back resume_only_without_material_change a_sibling_branch_is_not_returned_to the_join_is_reopened_for_that_branch_only
retract: retract_counts_back a_word_is_not_taken_back_once_the_step_has_ended
what another party has agreed to is locked: what_a_party_has_agreed_to_is_locked
withdraw: who_asked_takes_it_back after_a_partner_has_agreed_it_needs_its_consent withdraw_needs_the_consent_of_who_agreed
resubmit: return_to_start_and_resubmit_keep_the_number
resubmit by whom it was handed over to: whom_a_request_was_handed_over_to_resubmits_it a_request_that_runs_is_handed_over_too_and_comes_back_to_who_has_it without_a_name_a_request_goes_to_the_manager_else_to_who_steers who_has_a_request_of_somebody_else_does_not_decide_on_it a_partner_is_not_told_to_whom_a_request_was_handed_over
remind, cc, comment: remind_reaches_the_partner_as_a_whole_and_once_an_hour copy_to_lets_a_colleague_in an_internal_comment_stays_at_home
reassign, resume, skip, terminate: reassign_puts_somebody_else_in_the_place resume_asks_again_when_somebody_is_there skip_goes_past_a_step terminate_is_the_hosts_alone steering_needs_a_reason
amend, revoke: amend_supersedes_and_voids_nothing revoke_voids_once_it_is_approved_itself one_at_a_time_within_its_days_and_by_who_asked
batch: many_are_approved_at_once_each_with_its_own_answer a_batch_takes_a_hundred
simulate: it_tells_the_way_and_writes_nothing of_a_partner_it_tells_nothing
any other change of state is refused: no_state_leads_where_the_notes_name_no_way
a request is suspended when all that it waits for is: one_branch_that_stands_still_suspends_nothing_else
two at once: of_two_who_press_at_once_one_finds_it_decided a_second_answer_finds_it_decided
numbers have no gap: numbers_follow_each_other_without_a_gap_even_when_one_fails numbers_given_at_once_are_different
folding comes to the same rows: events_and_rows_tell_the_same_whatever_is_defined_and_done
events are append-only: events_are_never_changed_or_removed
one chain of hashes for each audience: each_side_holds_whole_chains_of_what_it_hears a_changed_event_shows a_missing_event_shows
decisions are sealed: each_decision_is_sealed_with_the_key_of_the_organization_it_was_for
cells stay text: the_table_is_text_to_spreadsheets_and_says_what_the_list_says
others see a contract and no more: nothing_from_inside_southbay_reaches_northwind nothing_from_inside_northwind_reaches_southbay the_host_learns_nothing_of_the_inner_way
floors: floor_wants_as_many_people_as_it_says floor_that_is_not_reached_suspends a_contract_that_wants_a_signature_refuses_a_yes_without_one_and_writes_nothing
a fragment's version is pinned: the_fragments_version_stays_as_it_was_when_the_step_began
the host cannot reassign there: the_host_cannot_reassign_or_skip_inside_a_partner
a replaced party: replacement_begins_a_new_round_with_the_new_organization nothing_addressed_to_the_old_organization_is_shown_to_the_new
a partnership that rests: a_partners_step_rests_while_the_partnership_does timers_stop_while_a_partnership_rests
one human never acts for two: one_human_does_not_decide_for_two_organizations
timers: missed_reminders_are_one closing_a_step_cancels_its_hours a_step_is_due_on_the_calendar_of_whoever_is_asked
what happens when it is overdue: overdue_remind_asks_once_more_at_the_due_time overdue_escalate_asks_the_manager_beside_who_is_late overdue_escalate_replace_asks_the_manager_instead a_step_ends_by_itself_and_what_was_asked_has_expired overdue_return_gives_it_back_to_who_asked_and_tells_them
a rest is neither lost nor counted: what_was_left_of_the_time_is_left_after_a_rest of_working_time_what_was_left_is_left
of a year without data the week is a guess: of_a_year_nobody_spoke_of_the_week_is_a_guess
what stands still is an alert: what_stands_still_is_told_to_who_steers
"""


def test_every_rule_has_a_test_that_bears_it():
    folder = Path(__file__).parent
    written = {
        name
        for one in folder.glob("test_*.py")
        for name in re.findall(r"^def test_(\w+)", one.read_text(), re.M)
    }
    wanted = {name for line in RULES.strip().splitlines() for name in line.partition(": ")[2].split()}

    assert all(line.partition(": ")[2] for line in RULES.strip().splitlines())
    assert wanted - written == set()


# ── Those that stand nowhere else ────────────────────────────────────────────
def body(*flow: Any, **more: Any) -> dict[str, Any]:
    said = {"schema": "approval/1", "key": "way", "title": {"en": "Way"}, "form": {"fields": FIELDS}}
    return said | {"flow": list(flow)} | more


def faults(said: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        check(said)
    return {one["pointer"]: one["code"] for one in refused.value.errors}


def end(key: str) -> dict[str, Any]:
    return {"id": key, "type": "end"}


def test_a_definition_has_its_limits():
    assert faults(body(*(end(f"n{n}") for n in range(301))))["/flow"] == "limit"
    check(body(*(end(f"n{n}") for n in range(300))))
    deep: list[Any] = [end("last")]
    for n in range(15):
        deep = [{"id": f"b{n}", "type": "branch", "cases": [{"if": True, "flow": deep}], "default": []}]
    check(body(*deep))
    deep = [{"id": "out", "type": "branch", "cases": [{"if": True, "flow": deep}], "default": []}]
    assert "limit" in faults(body(*deep)).values()
    fields = [{"id": f"f{n}", "type": "text"} for n in range(301)]
    assert faults(body(end("a"), form={"fields": fields}))["/form/fields"] == "limit"


@pytest.mark.parametrize(("weight", "code"), [(1.5, "type"), ("2", "type"), (True, "type"), (0, "limit")])
def test_weights_are_whole_numbers(cast, weight, code):
    key = str(cast.nora.user_id)
    mode = {"kind": "weighted", "weights": {key: weight}, "num": 1, "den": 2}

    assert faults(body(step(cast, "a", mode=mode))) == {f"/flow/0/mode/weights/{key}": code}


@pytest.mark.parametrize(
    ("target", "code"), [("b", "conflict"), ("c", "conflict"), ("inner", None), ("a", None), ("x", "unknown")]
)
def test_one_returns_to_what_lies_before(cast, target, code):
    split = {
        "id": "s",
        "type": "branch",
        "cases": [{"if": True, "flow": [step(cast, "inner")]}],
        "default": [],
    }
    said = body(step(cast, "a"), split, step(cast, "b", on_reject=f"return:{target}"), step(cast, "c"))

    if code is None:
        check(said)
    else:
        assert faults(said) == {"/flow/2/on_reject": code}


NO_WAY = {Instance: RequestClosed, Run: StepClosed, Assignment: AlreadyDecided}


@pytest.mark.parametrize("model", NO_WAY, ids=lambda one: one.__name__)
def test_no_state_leads_where_the_notes_name_no_way(model):
    for here, there in product(model.State.values, repeat=2):
        row = model(state=here)
        if there in model.MOVES.get(here, set()):
            row.move_to(there)
            assert row.state == there
        else:
            with pytest.raises(NO_WAY[model]):
                row.move_to(there)
            assert row.state == here


def test_a_joint_confirmation_is_given_by_hand(cast):
    both = {"id": "both", "type": "confirm", "parties": ["buyer", "supplier"]}
    instance = begun(
        cast, [step(cast, "a", "nora"), both], parties=PARTIES, policy={"dedupe": "all"},
        asked={"parties": {"supplier": cast.southbay.pk}},
    )  # fmt: skip
    yes(cast.nora, instance)

    assert slots(instance, "decision") == {"nora": "PENDING", "sol": "PENDING"}
    ended(instance, "RUNNING")


def test_timers_stop_while_a_partnership_rests(cast):
    node = {"id": "sup", "type": "party", "party": "supplier", "sla": {"due": "1h", "overdue": "auto_reject"}}
    instance = begun(cast, [node], parties=PARTIES, asked={"parties": {"supplier": cast.southbay.pk}})
    Timer.objects.filter(run__instance=instance).update(at=instance.created_at)
    assert Timer.objects.due().filter(run__instance=instance).exists(), "premise"

    between = Partnership.objects.get(host=cast.northwind, partner=cast.southbay)
    suspend_partnership(actor=cast.nora, partnership=between, reason="Pause")
    heed_partnerships(actor=Actor.system("tests"), instance=instance)

    assert not Timer.objects.due().filter(run__instance=instance).exists()


def test_what_stands_still_is_told_to_who_steers(cast):
    split = {
        "id": "odd", "type": "branch", "cases": [{"if": {"gt": ["$amount", "$limit"]}, "flow": []}], "default": [],
    }  # fmt: skip
    fields = [*FIELDS, {"id": "limit", "type": "money"}]
    two = {"amount": {"amount": "5.00", "currency": "CNY"}, "limit": {"amount": "3.00", "currency": "EUR"}}
    definition = published(cast, [split], form={"fields": fields})
    instance = start(actor=cast.nils, definition=definition, title="Odd", form=two)
    ended(instance, "SUSPENDED")

    seal()

    found = Notice.objects.filter(event_name="approvals.step_stalled")
    assert [one.recipient_id for one in found] == [cast.nora.user_id]
