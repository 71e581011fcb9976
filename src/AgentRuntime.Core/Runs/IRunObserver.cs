namespace AgentRuntime.Runs;

/// <summary>Sees every event after it became durable, in the order of the run. Called on the run's own tasks: return quickly, do not throw.</summary>
public interface IRunObserver
{
    /// <summary>One durable event.</summary>
    void OnEvent(RunEvent e);
}
