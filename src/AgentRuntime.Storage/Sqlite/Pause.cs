namespace AgentRuntime.Storage.Sqlite;

/// <summary>A millisecond of real time between two tries for a lock that another process holds.</summary>
internal static class Pause
{
    public static void Briefly()
    {
        var nobodyPulsesThis = new object();
        lock (nobodyPulsesThis)
        {
            Monitor.Wait(nobodyPulsesThis, 1);
        }
    }
}
