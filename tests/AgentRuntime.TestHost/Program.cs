using AgentRuntime.TestHost;

// journal DATABASE ANCHOR     commits as fast as it can until it is killed; prints the run, then the id of each acknowledged audit entry
// measure DATABASE SECONDS    commits with 64 waiting writers and prints events a second
// store set|rewrap STORE CONFIGURATION     stores versions or changes the master key until it is killed; prints the number of each acknowledged change
return args switch
{
    ["journal", var database, var anchor] => await JournalHost.WriteUntilKilledAsync(database, anchor),
    ["measure", var database, var seconds] => await JournalHost.MeasureAsync(database, int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)),
    ["store", var change, var store, var configuration] => await StoreHost.ChangeUntilKilledAsync(change, store, configuration),
    _ => 2,
};
