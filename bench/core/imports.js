mergeInto(LibraryManager.library, { bench_now_ms: function () {} });
