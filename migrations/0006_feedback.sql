-- What people say of the pages, where `[help] feedback` is on. Nothing tells who said it: no address, no session, no flow, and of the
-- time only the day.
CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    -- The path of the page without its first slash, such as `help/no-message`.
    page TEXT NOT NULL,
    language TEXT NOT NULL,
    -- Whether the page answered the question; NULL where that was not asked or not said.
    answer TEXT CHECK (answer IN ('yes', 'no')),
    words TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX feedback_by_day ON feedback (created_at);
