# One extension module for each .pyx in src/huntgroup/core, as room/name. A new module is one more name in
# this list; tests/test_architecture.py compares it with the folders.
set(HG_CORE_MODULES
  state/centre
  state/codes
  state/hours
  state/references
  state/requirement
  state/signatures
  state/slot_search
  state/user_values
  readiness/awaiting
  readiness/members
  readiness/places
  readiness/presence
  readiness/ready
  readiness/serving
  readiness/staffing
  readiness/status
  readiness/waiting
  matching/decisions
  matching/eligibility
  matching/explained
  matching/scoring
  matching/search
  steps/administration
  steps/agent_commands
  steps/agents
  steps/ahead
  steps/batch
  steps/caller_commands
  steps/consult_commands
  steps/device_commands
  steps/end_of_step
  steps/execute
  steps/interaction_commands
  steps/limits
  steps/matching_round
  steps/offers
  steps/owned_commands
  steps/permission
  steps/settling
  steps/telling
  steps/timers_due
  steps/waiting_commands
  steps/wrap_up_commands
  python/administration
  python/arrivals
  python/batches
  python/channels
  python/checksums
  python/commands
  python/configuration
  python/decided
  python/device_commands
  python/digest
  python/digesting
  python/event_texts
  python/exported
  python/lists
  python/model_in_use
  python/model_update
  python/owned_commands
  python/playing
  python/raw_reads
  python/queue_numbers
  python/quick_calls
  python/recording
  python/row_fields
  python/state_checks
  python/state_tables
  python/store
  python/verify
  python/verify_interactions
  python/waiting_commands
  simulation/loop
)

find_package(Python REQUIRED COMPONENTS Interpreter Development.Module)
find_package(Cython 3.1 MODULE REQUIRED) # version second: after VERSION it would not be enforced
include(UseCython)

# The checked build keeps the checks of memoryviews. cdivision is not a check: it is what / and %
# mean, so it is the same in both.
set(hg_checks $<IF:$<BOOL:${HG_SANITIZE}>,True,False>)
set(hg_cython_args
    -3
    -X cdivision=True
    -X wraparound=False
    -X binding=False
    -X embedsignature=True
    -X boundscheck=${hg_checks}
    -X initializedcheck=${hg_checks}
    -X nonecheck=${hg_checks})

foreach(path IN LISTS HG_CORE_MODULES)
  get_filename_component(room ${path} DIRECTORY)
  get_filename_component(name ${path} NAME)
  cython_transpile(
    src/huntgroup/core/${path}.pyx
    LANGUAGE C
    MODULE_NAME huntgroup.core.${room}.${name}
    INCLUDE_DIRECTORIES src
    CYTHON_ARGS ${hg_cython_args}
    OUTPUT_VARIABLE generated_c)
  # The target is prefixed, as "test" or "install" would be legal names of modules.
  set(extension core_${room}_${name})
  python_add_library(${extension} MODULE WITH_SOABI ${generated_c})
  set_target_properties(${extension} PROPERTIES OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY core/${room})
  target_link_libraries(${extension} PRIVATE huntgroup_native)
  if(HG_SANITIZE AND NOT MSVC)
    set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all)
    target_compile_options(${extension} PRIVATE ${sanitizers} -fno-omit-frame-pointer)
    target_link_options(${extension} PRIVATE ${sanitizers})
  endif()
  install(TARGETS ${extension} DESTINATION huntgroup/core/${room} COMPONENT python)
endforeach()

# Whoever writes a scorer in C or through cffi reads this one file, so the wheel carries it.
install(
  FILES native/include/huntgroup/scorer.h
  DESTINATION huntgroup/include/huntgroup
  COMPONENT python
  OPTIONAL)

# Where installers keep it (PEP 770): what the wheel contains and asks for. tools/sbom.py writes it.
install(
  FILES ${PROJECT_SOURCE_DIR}/sbom.cdx.json
  DESTINATION ${SKBUILD_METADATA_DIR}/sboms
  COMPONENT python)
