/// The four questions for somebody who may be in danger, at hand for peers and clinicians. They are no test and no treatment.
enum SafetyScreen {
    static let text = """
        FOUR QUESTIONS, when you worry that somebody may take their life.
        Ask them plainly, one at a time, in your own words. Asking does not put the thought into anybody's head.

          1  Thoughts.  “Are you thinking about killing yourself?”
          2  Plan.      “Have you thought about how you would do it?”
          3  Means.     “Do you have what you would need? Is your weapon with you now?”
          4  When.      “Do you think you might act on it in the next 24 to 48 hours?”

        WHAT THE ANSWERS MEAN

        - No to all: stay with it. Say what you heard, agree when you speak next, and schedule a check-in.
        - Thoughts, no plan: give the crisis lines, ask who is near, agree on a check-in within a day, and tell your coordinator or clinician, without saying who it is, that you need advice.
        - Thoughts and a plan, or means at hand: this is serious. Ask them to put distance between themselves and the means now: another person keeps the weapon, or it is locked away elsewhere. Ask them to call or text 988 or COPLINE while you write, and stay in the conversation. Bring in the clinician if they agree.
        - Yes to the fourth, or no answer when there was a plan: this is an emergency. Ask them to call 911 or go to an emergency room now, or to let somebody who is with them do it. Stay in the conversation until somebody is with them.

        NOBODY CAN BE SENT. Callbox does not know who they are or where they are, and neither do you, unless they tell you. Say so, in these words: “I cannot send anyone to you, because I do not know who you are. Will you call, or tell me where you are so that I can?”

        If they tell you who or where they are and somebody's life is in danger, the limits of confidentiality apply: `callbox notice` has your program's own words.
        """
}
