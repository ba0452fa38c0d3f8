import { learntWeeks, simulateWeek } from './simulated-weeks';
const l = learntWeeks(); const n=Number(process.argv[2]); const from=Number(process.argv[3]??1);
let fa=0; const worst:Record<string,number>={}; let t=Date.now();
for (let s=from;s<from+n;s++){const w=simulateWeek(l,s); fa+=w.falseAlarms.length; if(w.falseAlarms.length)console.log(s,w.falseAlarms); for(const[k,v] of Object.entries(w.secondsToFinding)) worst[k]=Math.max(worst[k]??-9,v??1e9);}
console.log(fa,worst,Date.now()-t);
