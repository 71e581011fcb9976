using AgentRuntime.TestHost;

// journal DATABASE ANCHOR     commits as fast as it can until it is killed; prints the run, then the id of each acknowledged audit entry
// measure DATABASE SECONDS    commits with 64 waiting writers and prints events a second
return args switch
{
    ["journal", var database, var anchor] => await JournalHost.WriteUntilKilledAsync(database, anchor),
    ["measure", var database, var seconds] => await JournalHost.MeasureAsync(database, int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)),
    _ => 2,
};
