"""Requirements run over *atoms*, facts of the form "skill >= k". Each agent carries one bit for each atom,
its signature, so the skills themselves are not read in a search. A conjunction of atoms and negated atoms
that lie in one word of the signature is one mask and one comparison."""

from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t

from huntgroup.core.state.centre cimport Centre, table_take, widen_agents
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport AtomRow, RequirementRow
from huntgroup.core.state.signatures cimport forget_signatures

cdef enum:
    OP_AND = -1
    OP_OR = -2
    OP_NOT = -3
    OP_TRUE = -4
    OP_FALSE = -5
    STACK = 128                     # the parser bounds nesting at 100


cdef bint holds(Centre *c, uint32_t atom, uint32_t agent) noexcept nogil:
    return (c.signatures[<size_t> agent * c.signature_words + atom // 64] >> (atom % 64)) & 1


cdef bint run_program(Centre *c, int32_t requirement, uint32_t agent) noexcept nogil:
    """The postfix program of a requirement, on a stack of booleans."""
    cdef RequirementRow *r = <RequirementRow *> c.requirements.rows + requirement
    cdef int32_t *program = <int32_t *> c.programs.rows + r.program_start
    cdef uint8_t stack[STACK]
    cdef int top = 0
    cdef uint32_t k
    cdef int32_t op
    for k in range(r.program_count):
        op = program[k]
        if op >= 0:
            stack[top] = holds(c, <uint32_t> op, agent)
            top += 1
        elif op == OP_NOT:
            stack[top - 1] = not stack[top - 1]
        elif op == OP_AND:
            top -= 1
            stack[top - 1] = stack[top - 1] & stack[top]
        elif op == OP_OR:
            top -= 1
            stack[top - 1] = stack[top - 1] | stack[top]
        else:
            stack[top] = op == OP_TRUE
            top += 1
    return stack[0]


cdef void compute_signature(Centre *c, uint32_t agent) noexcept nogil:
    """Computes the agent's signature from its skills, O(atoms)."""
    cdef AtomRow *atoms = <AtomRow *> c.atoms.rows
    cdef uint64_t *words = c.signatures + <size_t> agent * c.signature_words
    cdef uint8_t *skills = c.skills + <size_t> agent * c.skill_width
    cdef uint32_t k
    for k in range(c.signature_words):
        words[k] = 0
    for k in range(c.atoms.count):
        if skills[atoms[k].skill] >= atoms[k].proficiency:
            words[k // 64] |= (<uint64_t> 1) << (k % 64)


cdef int add_atom(Centre *c, uint32_t skill, uint32_t proficiency) noexcept nogil:
    """The atom "skill >= proficiency", made if it is new (O(agents)). -1 when memory is out."""
    cdef AtomRow *atom
    cdef uint32_t k, a
    for k in range(c.atoms.count):
        atom = <AtomRow *> c.atoms.rows + k
        if atom.skill == skill and atom.proficiency == proficiency:
            return <int> k
    if c.atoms.count // 64 >= c.signature_words:
        if widen_agents(c, 0, 0, c.signature_words + 1, 0) != 0:
            return -1
    k = table_take(&c.atoms)
    if k == HG_NONE:
        return -1
    atom = <AtomRow *> c.atoms.rows + k
    atom.skill = <uint16_t> skill
    atom.proficiency = <uint16_t> proficiency
    for a in range(c.agents.count):
        if c.skills[<size_t> a * c.skill_width + skill] >= proficiency:
            c.signatures[<size_t> a * c.signature_words + k // 64] |= (<uint64_t> 1) << (k % 64)
    forget_signatures(c)
    return <int> k


cdef bint as_conjunction(const int32_t *program, uint32_t count, int32_t *word, uint64_t *mask,
                         uint64_t *want) noexcept nogil:
    """Whether the program only ands atoms and negated atoms of one signature word; then the mask and what
    it must give."""
    cdef uint32_t k
    cdef int32_t op
    cdef uint64_t bit
    word[0] = -1
    mask[0] = 0
    want[0] = 0
    for k in range(count):
        op = program[k]
        if op >= 0:
            if word[0] < 0:
                word[0] = op // 64
            bit = (<uint64_t> 1) << (op % 64)
            if word[0] != op // 64 or (mask[0] & bit and not want[0] & bit):
                return False
            if k + 1 < count and program[k + 1] == OP_NOT:
                if want[0] & bit:
                    return False
                mask[0] |= bit
            else:
                mask[0] |= bit
                want[0] |= bit
        elif op == OP_NOT:
            if k == 0 or program[k - 1] < 0:
                return False
        elif op != OP_AND:
            return False
    return word[0] >= 0


cdef int add_requirement(Centre *c, const int32_t *program, uint32_t count, const int32_t *scored,
                         uint32_t scored_count) noexcept nogil:
    """A row for a compiled expression; `scored` are the skills that highest_proficiency sums. -1 when
    memory is out."""
    cdef uint32_t row, k, at, start = c.programs.count
    cdef RequirementRow *r
    for k in range(count + scored_count):
        at = table_take(&c.programs)
        if at == HG_NONE:
            return -1
        (<int32_t *> c.programs.rows)[at] = program[k] if k < count else scored[k - count]
    row = table_take(&c.requirements)
    if row == HG_NONE:
        return -1
    r = <RequirementRow *> c.requirements.rows + row
    r.program_start = start
    r.program_count = count
    r.scored_start = start + count
    r.scored_count = scored_count
    if not as_conjunction(program, count, &r.word, &r.mask, &r.want):
        r.word = -1
    return <int> row
