create trigger anchored_is_append_only
    before update or delete or truncate on anchored
    for each statement execute function ledger_is_append_only();
