#include "huntgroup/wait_queue.h"

#include "huntgroup/splitmix.h"

/* The rows of one call, so that the helpers below read as what they do. */
typedef struct rows {
    void *nodes;
    size_t stride;
} rows;

static hg_wait_node *at(rows r, uint32_t row)
{
    return (hg_wait_node *)hg_at(r.nodes, r.stride, row);
}

static uint64_t urgency(const hg_wait_node *node)
{
    return hg_splitmix64((uint64_t)node->id);
}

static uint32_t size_of(rows r, uint32_t row)
{
    return row == HG_NONE ? 0 : at(r, row)->size;
}

/* Whatever pointed at `row` (the root or a link of its parent) points at `other` from now on. */
static void replace_child(uint32_t *root, rows r, uint32_t parent, uint32_t row, uint32_t other)
{
    if (parent == HG_NONE)
        *root = other;
    else if (at(r, parent)->left == row)
        at(r, parent)->left = other;
    else
        at(r, parent)->right = other;
    if (other != HG_NONE)
        at(r, other)->parent = parent;
}

/* Lifts `row` above its parent and keeps the order. Only the two sizes change. */
static void rotate_up(uint32_t *root, rows r, uint32_t row)
{
    hg_wait_node *node = at(r, row);
    uint32_t parent = node->parent;
    hg_wait_node *above = at(r, parent);
    uint32_t inner;
    replace_child(root, r, above->parent, parent, row);
    if (above->left == row) {
        inner = node->right;
        node->right = parent;
        above->left = inner;
    } else {
        inner = node->left;
        node->left = parent;
        above->right = inner;
    }
    if (inner != HG_NONE)
        at(r, inner)->parent = parent;
    above->parent = row;
    node->size = above->size;
    above->size = 1 + size_of(r, above->left) + size_of(r, above->right);
}

void hg_wait_insert(uint32_t *root, void *nodes, size_t stride, uint32_t row)
{
    rows r = {nodes, stride};
    hg_wait_node *node = at(r, row);
    uint32_t parent = HG_NONE;
    uint32_t *link = root;
    HG_ASSERT(row != HG_NONE);
    while (*link != HG_NONE) {
        parent = *link;
        HG_ASSERT(parent != row);
        at(r, parent)->size++;
        link = hg_wait_less(nodes, stride, row, parent) ? &at(r, parent)->left : &at(r, parent)->right;
    }
    *link = row;
    node->left = node->right = HG_NONE;
    node->parent = parent;
    node->size = 1;
    uint64_t mine = urgency(node);
    while (node->parent != HG_NONE && urgency(at(r, node->parent)) > mine)
        rotate_up(root, r, row);
}

void hg_wait_remove(uint32_t *root, void *nodes, size_t stride, uint32_t row)
{
    rows r = {nodes, stride};
    hg_wait_node *node = at(r, row);
    HG_ASSERT(*root != HG_NONE);
    HG_ASSERT(node->parent != HG_NONE || *root == row);
    /* The more urgent child rises until one side is empty; then the other takes the place. */
    while (node->left != HG_NONE && node->right != HG_NONE) {
        bool left_rises = urgency(at(r, node->left)) < urgency(at(r, node->right));
        rotate_up(root, r, left_rises ? node->left : node->right);
    }
    replace_child(root, r, node->parent, row, node->left != HG_NONE ? node->left : node->right);
    for (uint32_t above = node->parent; above != HG_NONE; above = at(r, above)->parent)
        at(r, above)->size--;
    node->left = node->right = node->parent = HG_NONE;
    node->size = 0;
}

uint32_t hg_wait_next(const void *nodes, size_t stride, uint32_t row)
{
    const hg_wait_node *node = hg_wait_at(nodes, stride, row);
    if (node->right != HG_NONE)
        return hg_wait_first(node->right, nodes, stride);
    while (node->parent != HG_NONE && hg_wait_at(nodes, stride, node->parent)->right == row) {
        row = node->parent;
        node = hg_wait_at(nodes, stride, row);
    }
    return node->parent;
}

uint32_t hg_wait_rank(const void *nodes, size_t stride, uint32_t row)
{
    const hg_wait_node *node = hg_wait_at(nodes, stride, row);
    uint32_t before = hg_wait_count(node->left, nodes, stride);
    for (; node->parent != HG_NONE; row = node->parent, node = hg_wait_at(nodes, stride, row)) {
        const hg_wait_node *above = hg_wait_at(nodes, stride, node->parent);
        if (above->right == row)
            before += 1 + hg_wait_count(above->left, nodes, stride);
    }
    return before;
}

/* What must hold between a node and its children. */
static const char *node_fault(const void *nodes, size_t stride, uint32_t row)
{
    const hg_wait_node *node = hg_wait_at(nodes, stride, row);
    const uint32_t children[2] = {node->left, node->right};
    uint32_t size = 1;
    for (int side = 0; side < 2; side++) {
        if (children[side] == HG_NONE)
            continue;
        const hg_wait_node *child = hg_wait_at(nodes, stride, children[side]);
        size += child->size;
        if (child->parent != row)
            return "a child does not point back at its parent";
        if (urgency(child) < urgency(node))
            return "a child is more urgent than its parent";
    }
    return size == node->size ? NULL : "a size differs from the nodes below";
}

bool hg_wait_validate(uint32_t root, const void *nodes, size_t stride, const char **reason)
{
    *reason = NULL;
    if (root == HG_NONE)
        return true;
    *reason = "the root has a parent";
    if (hg_wait_at(nodes, stride, root)->parent != HG_NONE)
        return false;
    uint32_t count = hg_wait_at(nodes, stride, root)->size;
    uint32_t row = hg_wait_first(root, nodes, stride);
    for (uint32_t seen = 0; seen < count; seen++) {
        *reason = "fewer rows are reached than the root counts";
        if (row == HG_NONE)
            return false;
        *reason = node_fault(nodes, stride, row);
        if (*reason != NULL)
            return false;
        uint32_t next = hg_wait_next(nodes, stride, row);
        *reason = "two neighbours are out of order";
        if (next != HG_NONE && !hg_wait_less(nodes, stride, row, next))
            return false;
        row = next;
    }
    *reason = "more rows are reached than the root counts";
    if (row != HG_NONE)
        return false;
    *reason = NULL;
    return true;
}
