"""What the presence model says beside its statuses, as its tables give it, and what those come to."""

from libc.stdint cimport int16_t, int32_t, uint8_t, uint16_t, uint32_t


ctypedef struct Policy:
    int32_t default_status
    int32_t no_answer
    int32_t on_missed_queued
    int32_t on_missed_direct
    int32_t on_rejected_queued
    int32_t signed_out_shows
    uint8_t sign_in_required
    uint8_t sets_default
    uint8_t has_toggle
    uint8_t toggle_default
    uint8_t wrap_up_fixed
    uint8_t has_external
    uint8_t external_default
    uint8_t external_count
    uint8_t external_receives[16]
    uint32_t external_clears
    uint32_t stop_new_channels
    uint32_t asked_count
    uint32_t asked_handled[4]       # channels of which one is to be handled
    uint32_t asked_device[4]        # channels of which a device is to be connected
    int32_t login_sets
    int32_t last_logout_sets
    uint8_t status_sets_logins
    uint8_t supervisor_needs_sign_in
    uint8_t work_decides            # what is handled or offered decides with the status what is received


# What a base status and condition bits come to. One load, as every step asks it of every agent it acts on.
ctypedef struct OutcomeRow:
    int16_t shown
    int16_t receiver
    uint16_t effective              # StatusFlag bits of what is shown
    uint8_t receive_mode            # as `receive_mode`, external presence apart
    uint8_t pad
