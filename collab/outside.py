"""What stands outside row-level security, each with its reason. Every other table is guarded, or nobody starts.

What the application's login may not read at all (operators' affairs, the outbox, mails) needs no line here.
"""

OUTSIDE = {
    # ── Who somebody is: asked before anybody acts, by those who sign in ─────
    "accounts_user": "names and pictures are shown wherever people meet; which of them, the nouns that point here say",
    "account_emailaddress": "signing in begins with an address, before it is known whose",
    "account_emailconfirmation": "the link in a letter is the key; who follows it is nobody yet",
    "mfa_authenticator": "the second step is taken before anybody acts",
    "accounts_externalidentity": "a provider names somebody before they act",
    "accounts_session": "a cookie is looked up before anybody acts",
    "django_session": "the same, by Django's own name; it holds nothing of ours",
    "accounts_token": "a key is looked up before anybody acts; kept as a digest",
    "accounts_brake": "counts tries of those who have not signed in",
    "accounts_consent": "says which terms somebody agreed to, as asked at the sign-up",
    "accounts_reply": "an answer kept for whoever repeats themselves: keyed by person and digest",
    "accounts_copy": "a person's own export; the file opens by its own key",
    "audit_signingkey": "public keys, for whoever holds a signed record",
    # ── What the platform is made of ─────────────────────────────────────────
    "django_migrations": "which migrations have run",
    "django_content_type": "which nouns there are",
    "auth_permission": "which permissions there are",
    "auth_group": "Django's groups; we give none",
    "auth_group_permissions": "the same",
    "accounts_user_groups": "the same",
    "accounts_user_user_permissions": "Django's permissions of operators; we give none",
    "guardian_userobjectpermission": "guardian's generic rows; ours stand in tables of their own, guarded",
    "guardian_groupobjectpermission": "the same",
    "django_admin_log": "what operators did in the admin; organizations' people have no door there",
    "operating_banner": "a word to everybody, on every page",
    "operating_turnedoff": "which parts of the platform are off, for everybody",
}

# Functions that read past row-level security answer about the actor alone. These take words besides: what they are
# asked about, and why whoever asks learns nothing by it that is not theirs.
ASKED = {
    "places(text[])": "the actor's own places, in some roles",
    "definitions(uuid[])": "among those of the actor's own places",
    "is_unmanned(uuid)": "yes or no, for a place that nobody is in yet",
    "role_before(uuid)": "in the actor's own places",
    "hold_organizations(uuid[])": "locks, and returns nothing",
    "hold_departments(uuid)": "the same, for the organization of a department",
    "hand_over(uuid,uuid,uuid)": "in a place that the actor leaves or steers; returns nothing",
    "end_drafts(uuid)": "between two of whom the actor steers one, once they have parted",
    "note_access_change(uuid,uuid[])": "in the actor's own rooms; returns nothing",
    "closed_channel(uuid)": "a channel of the actor's own rooms: its label",
    "hold_on(uuid)": "a room that the actor would be in: who keeps them out of it, and why",
    "held_channel(uuid)": "a channel that the actor would read, were they not held: of which room",
    "follow_thread(uuid,uuid[],bigint)": "a thread in which the actor has just answered: who follows it now; returns nothing",
    "pass_over_line(uuid)": "a group that the actor has just changed: who has read all but the line of it; returns nothing",
    "home_of(uuid,uuid)": "for which partner of the actor's own place somebody works",
    "incident_tasks(text[])": "tasks given to the actor, or to a side in which they have one of these roles",
    "end_incident_shares(uuid,uuid)": "between two of whom the actor steers one, once they have parted; returns nothing",
    "presence(uuid[])": "of people whom the actor may see: what they say of themselves",
    "poll_counts(uuid)": "of a poll in the actor's own channels: how often each answer was chosen, by how many",
    "found_messages(text[],text[],uuid[],uuid[],uuid[],uuid[],timestamp with time zone,timestamp with time zone,uuid,integer,integer,integer)": "messages of channels that the actor reads",
    "is_held(uuid)": "the platform alone may ask it",
    "keep_held(uuid)": "of a message that is about to be deleted; the answer says whether its files stay, and reaches nobody",
    "agreed_holders(uuid)": "the platform alone may ask it",
    "end_agreed_holds(uuid)": "an agreement that has ended: which holds ended with it; ids, which open nothing",
    "is_held_by(uuid,uuid)": "the platform alone may ask it",
    "floors_of(uuid)": "no login may ask it; what it says of the actor is said by history_floors",
    "read_from(uuid,uuid)": "the platform alone may ask it",
    "stands_for(uuid)": "the platform alone may ask it; what it says of the actor is said by stood_for",
    "is_followed(uuid)": "yes or no, about a form of the actor's own place",
    "requests_stood_for(uuid)": "of the actor alone; of others the platform asks",
    "waiting_after(uuid,integer)": "keys of requests that wait for the actor's word, those after one",
    "waiting_before(uuid,integer)": "the same, those before one",
    "requests_called(text,text,uuid,boolean,integer,integer)": "keys of requests that the actor knows of, by words in their titles and numbers",
    "write_down(jsonb)": "of a request that the actor asks or has taken: writes what a command leaves, and returns nothing",
    "departments(uuid,uuid)": "ids of departments, which open nothing",
    "seats_behind(text)": "where whoever holds that key belongs, which its holder may know",
    "meant(chat_channelgrant,uuid,uuid,boolean)": "yes or no, about a right that one has at hand",
}

# Views that read past row-level security: each names in its own condition the person who acts, or what they have taken.
SIGHTS = {
    "own_seats": "where the actor belongs",
    "own_rooms": "the actor's own seats in workspaces",
    "own_waiting": "slots in which a request waits for the actor's word",
    "reach": "channels that the actor reads, and from when on",
    "own_places": "channels of rooms that the actor reads, with the seat they read them from",
    "taken_parties": "who is party to the request that the actor has taken, which they could only as one who sees it",
    "taken_host": "who asks in it",
    "taken_runs": "its steps",
    "taken_slots": "whom they wait for",
}
