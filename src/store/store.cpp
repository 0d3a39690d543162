#include "store/store.h"

// The port has no code of its own; this file makes its header compile alone.
