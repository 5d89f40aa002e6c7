/* What a native step of the cooperator returns. */
#ifndef STEP_H
#define STEP_H

enum { STEP_MORE = 0, STEP_DONE = 1 };

#endif
