-- How far a sign-in has come: 'full' reaches everything, 'factor' only the page that asks for the second factor, 'enrol' only the pages
-- on which one that is demanded is set up.
ALTER TABLE sessions ADD COLUMN stage TEXT NOT NULL DEFAULT 'full';
-- Family of browser and system, such as `Firefox, Windows`: what the owner knows a device by. Nothing that follows anybody.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
-- When, and how, the person last showed that it is still them: by 'password', 'mail' or 'sms'.
ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
